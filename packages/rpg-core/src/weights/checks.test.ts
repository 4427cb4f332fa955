import '@tensorflow/tfjs';
import { readFile } from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { unpackModel } from '../model-file/load-model.js';
import { packModel } from '../model-file/save-model.js';
import { requireVersion } from '../ops/require-backend.js';
import { createRng } from '../ring/rng.js';
import { checkSeed } from '../ring/seed.js';
import { SlotCollector } from './slot.js';
import { createWeightSource, type WeightSource } from './weight-source.js';

/** Stands for a key made by createKey. */
const KEY = '3f8a1c5e9b2d7f604a8e1b3c5d7f9a20';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

test.each<[unknown, string]>([
  [null, 'null'],
  [undefined, 'undefined'],
  [NaN, 'NaN'],
  [true, 'true'],
  ['', 'an empty text'],
  [{}, 'an object'],
])('%o is no seed', (seed, shown) => {
  expect(() => checkSeed(seed)).toThrow(`seed is ${shown}, expected a non-empty text or a finite number.`);
});

test('a stream wants a name', () => {
  expect(() => createRng('')).toThrow(
    'createRng: seed is an empty text, expected a non-empty text or a finite number.',
  );
  expect(() => createRng(NaN)).toThrow('createRng: seed is NaN, expected a non-empty text or a finite number.');
});

function sourceOf(collector = new SlotCollector()): WeightSource {
  collector.declare({ name: 'a', shape: [4], role: 'backbone', initializer: { kind: 'normal', standardDeviation: 1 } });
  return createWeightSource(collector.slots, { kind: 'ring', ringSize: 2 }, createRng(KEY));
}

test('a slot declared after the source is none of its slots', async () => {
  const collector = new SlotCollector();
  const source = sourceOf(collector);
  collector.declare({ name: 'late', shape: [1], role: 'stem', initializer: { kind: 'constant', value: 0 } });
  expect(source.slots).toHaveLength(1);
  const { source: loaded } = await unpackModel(await packModel(source));
  expect(loaded.slots).toHaveLength(1);
});

test('a model without backbone slots has nothing for a ring', () => {
  const collector = new SlotCollector();
  collector.declare({ name: 'a', shape: [4], role: 'head', initializer: { kind: 'constant', value: 0 } });
  expect(() => createWeightSource(collector.slots, { kind: 'ring', ringSize: 2 }, createRng(1))).toThrow(
    "No slot has the role 'backbone', so the ring would feed nothing; give layers role: 'backbone'.",
  );
});

test('callers without types are told what a source is made from', () => {
  const make = createWeightSource as unknown as (slots: unknown, config: unknown, rng: unknown) => unknown;
  expect(() => make(new SlotCollector(), { kind: 'independent' }, createRng(1))).toThrow(
    'createWeightSource: slots is no list; pass the collector’s slots.',
  );
  expect(() => make([], { kind: 'independent' }, 'q')).toThrow(
    'createWeightSource: rng is q, expected a stream: createRng(seed).',
  );
});

test('models come as bytes of some kind, from nowhere else', async () => {
  const bytes = await packModel(sourceOf());
  const { source } = await unpackModel(bytes.buffer);
  expect(source.ringSize).toBe(2);
  const padded = new Uint8Array(bytes.length + 8);
  padded.set(bytes, 8);
  await expect(unpackModel(new DataView(padded.buffer, 8))).resolves.toBeDefined();
  const load = unpackModel as unknown as (packed: unknown, options?: unknown) => Promise<unknown>;
  await expect(load(Promise.resolve(bytes))).rejects.toThrow(
    'Expected a Uint8Array or ArrayBuffer (one file) or a Map from names to bytes (a folder), got a promise; await it.',
  );
  await expect(load('model.safetensors')).rejects.toThrow('got string.');
  await expect(load(new TextEncoder().encode('<!doctype html>'))).rejects.toThrow(
    "Not a model of rpg-core: the file starts with '<'; is it an error page?",
  );
  await expect(load(bytes, { seed: 'other' })).rejects.toThrow('The model holds its own seed; load it without one.');
  const secret = await packModel(sourceOf(), { withholdSeed: true });
  await expect(load(secret, { seed: null })).rejects.toThrow(
    'seed is null, expected a non-empty text or a finite number.',
  );
});

test('weights that diverged are not saved in any format, from a ring or not', async () => {
  const collector = new SlotCollector();
  collector.declare({ name: 'stem', shape: [2], role: 'stem', initializer: { kind: 'constant', value: 0 } });
  const source = sourceOf(collector);
  const saying = (name: string, value: string) =>
    `The weights '${name}' hold ${value}: the training diverged before. There is no model to save.`;
  source.trainables.get('stem')!.assign(tf.tensor1d([1, Infinity]));
  for (const ringFormat of ['float32', 'float16', 'int8'] as const) {
    await expect(packModel(source, { ringFormat })).rejects.toThrow(saying('stem', 'Infinity'));
  }
  source.trainables.get('ring')!.assign(tf.tensor1d([NaN, 1]));
  await expect(packModel(source)).rejects.toThrow(saying('ring', 'NaN'));
});

test('a TensorFlow.js of another version is named', async () => {
  const { peerDependencies } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as {
    peerDependencies: Record<string, string>;
  };
  expect(new Set(Object.values(peerDependencies))).toEqual(new Set(['^4.10.0']));
  for (const version of ['4.10.0', '4.22.0', '4.23.0-rc.0']) {
    expect(() => {
      requireVersion('@tensorflow/tfjs-core', version);
    }).not.toThrow();
  }
  for (const version of ['4.9.0', '3.21.0', '5.0.0', '0.0.0', '']) {
    expect(() => {
      requireVersion('@tensorflow/tfjs-core', version);
    }).toThrow(
      `rpg-core needs @tensorflow/tfjs-core from 4.10 to below 5, found ${version}; install @tensorflow/tfjs@4.`,
    );
  }
});
