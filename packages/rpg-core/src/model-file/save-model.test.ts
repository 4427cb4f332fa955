import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { configs, KEY, smallSlots, smallSource } from '../../test/small-models.js';
import { createRng } from '../ring/rng.js';
import { SlotCollector } from '../weights/slot.js';
import { createWeightSource, type WeightSourceConfig } from '../weights/weight-source.js';
import { unpackModel } from './load-model.js';
import { MANIFEST_FILE, WEIGHTS_FILE } from './model-file.js';
import type { RingFormat } from './ring-storage.js';
import { decodeSafetensors } from './safetensors.js';
import { packModel, packModelFolder } from './save-model.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

test('one file is safetensors that any reader shows; a folder has readable JSON', async () => {
  const source = smallSource();
  const { tensors, metadata } = decodeSafetensors(await packModel(source, { metadata: { classes: 'cat, dog' } }));
  expect([...tensors.keys()].sort()).toEqual([...source.trainables.keys(), ...source.statistics.keys()].sort());
  expect(JSON.parse(metadata['rpg-model']!)).toMatchObject({
    format: 'rpg-model',
    version: 1,
    content: 'slots',
    seed: 'a/weights',
    rings: [{ name: 'ring', ringSize: 18, storage: { dtype: 'F32', step: null } }],
    metadata: { classes: 'cat, dog' },
  });
  const folder = await packModelFolder(source);
  expect([...folder.keys()]).toEqual([MANIFEST_FILE, WEIGHTS_FILE]);
  expect(new TextDecoder().decode(folder.get(MANIFEST_FILE))).toContain('"format": "rpg-model"');
});

test('metadata keep names that mean something to JavaScript', async () => {
  const metadata = JSON.parse('{"__proto__":"x","a":"b"}') as Record<string, string>;
  const loaded = await unpackModel(await packModel(smallSource(), { metadata }));
  expect(Object.entries(loaded.metadata)).toEqual([
    ['__proto__', 'x'],
    ['a', 'b'],
  ]);
  expect(loaded.metadata.constructor).toBeUndefined();
  expect(({} as Record<string, unknown>).a).toBeUndefined();
});

describe('a withheld seed (paper, section 5.5)', () => {
  test('is nowhere in the file', async () => {
    const source = createWeightSource(smallSlots(), configs['one ring']!, createRng(KEY).fork('weights'));
    const text = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes);
    expect(text(await packModel(source))).toContain(KEY);
    expect(text(await packModel(source, { withholdSeed: true }))).not.toContain(KEY);
    for (const [, bytes] of await packModelFolder(source, { withholdSeed: true })) {
      expect(text(bytes)).not.toContain(KEY);
    }
  });

  test.each([1, 'sesame', '1/weights', KEY.slice(1), `x${KEY}`, '0'.repeat(64), '01234567'.repeat(8), `${KEY} `])(
    'of %o is refused: it can be guessed',
    async (seed) => {
      for (const name of ['one ring', 'local rings']) {
        const source = createWeightSource(smallSlots(), configs[name]!, createRng(seed));
        for (const pack of [packModel, packModelFolder]) {
          await expect(pack(source, { withholdSeed: true })).rejects.toThrow(
            new RangeError(
              `The ring '${[...source.plans.keys()][0]!}' was drawn from a seed that can be guessed, so a file without it ` +
                'protects nothing. Train with a key in its place, createKey() makes one; what was trained with another ' +
                'seed cannot be withheld.',
            ),
          );
        }
      }
    },
  );

  test.each<WeightSourceConfig>([
    { kind: 'independent' },
    { kind: 'shared', keyOf: ({ name }) => name },
    { kind: 'ring', ringSize: 0.5, sampling: 'sequential', reflect: false },
  ])('of a model that draws nothing is refused: %o', async (config) => {
    const source = createWeightSource(smallSlots(), config, createRng(KEY));
    await expect(packModel(source, { withholdSeed: true })).rejects.toThrow(
      new RangeError('No weight of this model is drawn from a seed, so that withholding it protects nothing.'),
    );
  });
});

test('saving what cannot be saved', async () => {
  await expect(packModel(smallSource(), { ringFormat: 'int4' as RingFormat })).rejects.toThrow(
    new RangeError("The ring's format is 'int4', expected float32, float16, int8."),
  );
  const source = smallSource();
  const byHand = { ...source.plans.get('ring')! };
  delete (byHand as { origin?: unknown }).origin;
  await expect(packModel({ ...source, plans: new Map([['ring', byHand]]) })).rejects.toThrow(
    new RangeError("The ring 'ring' has a plan without an origin, made by hand; it cannot be saved."),
  );
  const elsewhere = {
    ...byHand,
    origin: { kind: 'drawn', sampling: 'even', reflect: true, seed: 'elsewhere' } as const,
  };
  await expect(packModel({ ...source, plans: new Map([['ring', elsewhere]]) })).rejects.toThrow(
    new RangeError("The ring 'ring' was drawn from 'elsewhere', not from the other rings' stream."),
  );
});

test('weights that diverged are not saved in any format, from a ring or not', async () => {
  const collector = new SlotCollector();
  collector.declare({ name: 'stem', shape: [2], role: 'stem', initializer: { kind: 'constant', value: 0 } });
  collector.declare({ name: 'a', shape: [4], role: 'backbone', initializer: { kind: 'normal', standardDeviation: 1 } });
  const source = createWeightSource(collector.slots, { kind: 'ring', ringSize: 2 }, createRng(1));
  const saying = (name: string, value: string) =>
    `The weights '${name}' hold ${value}: the training diverged before. There is no model to save.`;
  source.trainables.get('stem')!.assign(tf.tensor1d([1, Infinity]));
  for (const ringFormat of ['float32', 'float16', 'int8'] as const) {
    await expect(packModel(source, { ringFormat })).rejects.toThrow(saying('stem', 'Infinity'));
  }
  source.trainables.get('ring')!.assign(tf.tensor1d([NaN, 1]));
  await expect(packModel(source)).rejects.toThrow(saying('ring', 'NaN'));
});
