// A network whose weights are drawn from a key: trained, resumed, evaluated and exported, with the key and without.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unpackModel } from 'rpg-core';
import { ConfigError } from 'training-kit/errors';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { measureFilterAngles } from '../measures/filter-angles.js';
import { openTrainedModel } from '../trained-model.js';
import { evaluateCommand } from './evaluate.js';
import { exportCommand } from './export.js';
import { trainCommand } from './train.js';

let parent = '';
const at = (name: string): string => join(parent, name);
const best = (run: string): string => join(at(run), 'checkpoints', 'best.safetensors');
/** Six steps of a tiny network. */
const settings = [
  ...['--width', '4', '--rendered-train', '50', '--rendered-test', '20', '--val-examples', '10'],
  ...['--num-epochs', '1', '--batch-size', '8', '--device', 'wasm'],
];

beforeAll(async () => {
  parent = mkdtempSync(join(tmpdir(), 'classification-key-'));
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  vi.spyOn(console, 'log').mockReturnValue();
  await trainCommand(['--run', at('with'), '--key-file', at('a.key'), ...settings]);
  await trainCommand(['--run', at('without'), ...settings]);
  await trainCommand(['--run', at('other'), '--key-file', at('b.key'), ...settings]);
});
afterAll(() => {
  vi.restoreAllMocks();
  rmSync(parent, { recursive: true });
});

async function errorOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ConfigError);
  return (error as Error).message.replaceAll(parent, 'DIR');
}

/** All files below `folder`, one after the other. */
function contentOf(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1')).join('\n');
}

test('the key is in no file of the run; its digest is', () => {
  const key = readFileSync(at('a.key'), 'utf8').trim();
  expect(key).toMatch(/^[0-9a-f]{64}$/);
  expect(contentOf(at('with'))).not.toContain(key);
  const { config } = JSON.parse(readFileSync(join(at('with'), 'config.json'), 'utf8')) as { config: object };
  expect(config).toHaveProperty('keyDigest');
});

test('an experiment finds out about it with the key alone', async () => {
  const measured = (keyFile: string | null) =>
    measureFilterAngles({
      folder: at('with'),
      checkpoint: best('with'),
      keyFile,
      scale: 'small',
      secondsTrained: undefined,
      note: () => undefined,
    });
  expect((await measured(at('a.key'))).startSquaredCosineTimesM).toBeGreaterThan(0);
  expect(await errorOf(measured(null))).toContain('are drawn from a key, which is in none of its files.');
});

test('indices follow from the key and not from the seed', async () => {
  const planOf = async (run: string, key: string | null): Promise<Int32Array> => {
    const { source } = await openTrainedModel(best(run), null, key === null ? null : at(key));
    return [...source.plans.values()][0]!.signedIndices;
  };
  const [own, other, seeded] = [
    await planOf('with', 'a.key'),
    await planOf('other', 'b.key'),
    await planOf('without', null),
  ];
  expect(own).not.toEqual(seeded);
  expect(own).not.toEqual(other);
  expect(await planOf('with', 'a.key')).toEqual(own);
});

test.each([
  { words: [], text: 'The weights of FILE are drawn from a key, which is in none of its files. Pass --key-file FILE.' },
  {
    words: ['--key-file', 'b.key'],
    text: '--key-file DIR/b.key holds another key than the one that FILE was trained with.',
  },
])('resume, evaluate and export with $words are refused', async ({ words, text }) => {
  const flags = words.map((word) => (word.endsWith('.key') ? at(word) : word));
  const told = (owner: string): string =>
    text.replace('of FILE are', `of ${owner} are`).replace('that FILE was', `that ${owner} was`);
  expect(await errorOf(trainCommand(['--resume', at('with'), ...flags]))).toBe(told('DIR/with'));
  const file = 'DIR/with/checkpoints/best.safetensors';
  expect(await errorOf(evaluateCommand(['--checkpoint', best('with'), ...flags]))).toBe(told(file));
  const to = ['--to', at('never'), '--withhold-seed'];
  expect(await errorOf(exportCommand(['--checkpoint', best('with'), ...to, ...flags]))).toBe(told(file));
  expect(existsSync(at('never'))).toBe(false);
});

test('a run that was begun without a key gets none', async () => {
  expect(await errorOf(trainCommand(['--resume', at('without'), '--key-file', at('a.key')]))).toBe(
    '--key-file DIR/a.key is given, but the weights of DIR/without were drawn from its seed. Leave it out. A network that ' +
      'was trained without a key cannot get one: train a new one with --key-file.',
  );
});

test('a key where nothing is drawn is refused, and not made', async () => {
  expect(await errorOf(trainCommand(['--key-file', at('c.key'), '--weights', 'shared', ...settings]))).toBe(
    '--key-file has no effect: weights is shared, so there is no ring to draw from. Leave it out.',
  );
  expect(existsSync(at('c.key'))).toBe(false);
});

test('a run with a key goes on with it', async () => {
  await trainCommand(['--resume', at('with'), '--key-file', at('a.key'), '--num-epochs', '1']);
});

test('what is exported without its key loads with the key alone', async () => {
  const words = ['--checkpoint', best('with'), '--to', at('model'), '--key-file', at('a.key')];
  expect(await errorOf(exportCommand(words))).toBe(
    'The network of DIR/with/checkpoints/best.safetensors was drawn from a key, which manifest.json would hold for ' +
      'everybody to read. Give --withhold-seed; who is to load the network gets the key apart from it.',
  );
  await exportCommand([...words, '--withhold-seed', '--ring-format', 'float32']);
  const key = readFileSync(at('a.key'), 'utf8').trim();
  expect(contentOf(at('model'))).not.toContain(key);
  const files = new Map(
    ['manifest.json', 'weights.safetensors'].map((name) => [name, readFileSync(join(at('model'), name))]),
  );
  await expect(unpackModel(files)).rejects.toThrow('The model was saved with its seed withheld');
  const { source } = await unpackModel(files, { seed: key });
  const trained = await openTrainedModel(best('with'), null, at('a.key'));
  expect(source.plans.get('ring')!.signedIndices).toEqual(trained.source.plans.get('ring')!.signedIndices);
});
