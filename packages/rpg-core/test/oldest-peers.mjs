// Runs the tests beside the oldest TensorFlow.js that the package accepts: a workspace of its own in a temporary folder,
// with that version installed from the registry and everything else linked. `npx nx run rpg-core:test-oldest-peers`.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('..', import.meta.url));
const root = join(here, '../..');
const { peerDependencies } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'));
const oldest = peerDependencies['@tensorflow/tfjs-core'].replace(/^\^/, '');

/** @returns the exit status */
function run(program, words, cwd) {
  const { status, error } = spawnSync(program, words, { cwd, stdio: 'inherit' });
  if (error !== undefined) throw error;
  return status ?? 1;
}

const folder = mkdtempSync(join(tmpdir(), 'rpg-oldest-peers-'));
try {
  writeFileSync(join(folder, 'package.json'), '{"private":true,"type":"module"}');
  const packages = ['@tensorflow/tfjs', '@tensorflow/tfjs-backend-wasm'].map((name) => `${name}@${oldest}`);
  const install = ['install', '--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts', ...packages];
  if (run('npm', install, folder) !== 0) throw new Error(`Cannot install ${packages.join(' and ')}.`);
  const copy = join(folder, 'packages/rpg-core');
  mkdirSync(copy, { recursive: true });
  for (const name of ['package.json', 'README.md', 'vitest.config.ts', 'src', 'test', 'dist']) {
    cpSync(join(here, name), join(copy, name), { recursive: true });
  }
  cpSync(join(root, 'docs/format'), join(folder, 'docs/format'), { recursive: true });
  for (const name of ['vitest.shared.mts', 'vitest.seeds.mts']) cpSync(join(root, name), join(folder, name));
  symlinkSync(copy, join(folder, 'node_modules/rpg-core'));
  for (const name of ['vitest', 'fast-check', 'rolldown']) {
    symlinkSync(
      dirname(fileURLToPath(import.meta.resolve(`${name}/package.json`))),
      join(folder, 'node_modules', name),
    );
  }
  console.log(`Tests of rpg-core beside TensorFlow.js ${oldest}`);
  process.exitCode = run(process.execPath, [join(folder, 'node_modules/vitest/vitest.mjs'), 'run'], copy);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
