// What a stranger gets: the tarballs, installed in an empty folder, with an empty cache.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'packed-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
const project = join(folder, 'project');

const environment: NodeJS.ProcessEnv = {
  ...process.env,
  TENSORFLOW_RUNTIME_CACHE: join(folder, 'cache'),
  NO_COLOR: '1',
  FORCE_COLOR: undefined,
};

/** @returns standard output and standard error of a command in the stranger's folder */
function run(command: string, words: readonly string[], cwd = project): string {
  return execFileSync(command, words, { cwd, env: environment, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

const TRAINING = `
import 'tensorflow-runtime/register';
import tf from '@tensorflow/tfjs-node-gpu';
import { rpgDense, rpgRing } from 'rpg-core/tf-layers';

const ring = rpgRing({ ringSize: 60, seed: 'a', inputShape: [4] });
const model = tf.sequential({ layers: [ring, rpgDense({ units: 32, activation: 'relu' }), rpgDense({ units: 1 })] });
model.compile({ optimizer: tf.train.sgd(0.01), loss: 'meanSquaredError' });
const x = tf.randomNormal([16, 4], 0, 1, 'float32', 1);
const { history } = await model.fit(x, tf.sum(x, 1, true), { epochs: 2, batchSize: 16, verbose: 0 });
console.log(JSON.stringify({ backend: tf.getBackend(), version: tf.version['tensorflow'] ?? '', losses: history.loss }));
`;

beforeAll(() => {
  mkdirSync(project);
  for (const name of ['rpg-core', 'tensorflow-runtime']) {
    const source = fileURLToPath(new URL(`../../${name}`, import.meta.url));
    run('npm', ['pack', '--silent', '--pack-destination', folder], source);
  }
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'stranger', private: true, type: 'module' }));
  const tarballs = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  expect(tarballs).toHaveLength(2);
  const files = tarballs.map((name) => join(folder, name));
  run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--silent', ...files]);
});

test('provisions, compiles, and trains two steps on TensorFlow', () => {
  run('npx', ['--no-install', 'tensorflow-runtime', 'provision']);
  writeFileSync(join(project, 'train.js'), TRAINING);
  const said = run(process.execPath, ['train.js']).trim().split('\n').at(-1)!;
  const { backend, losses } = JSON.parse(said) as { backend: string; losses: number[] };
  expect(backend).toBe('tensorflow');
  expect(losses).toHaveLength(2);
  expect(losses[1]!).toBeLessThan(losses[0]!);
});
