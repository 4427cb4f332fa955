import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { configs, KEY, smallSlots, smallSource } from '../../test/small-models.js';
import { type ManifestChange, type SlotsJson, spoiledManifest } from '../../test/spoiled-manifest.js';
import { createRng } from '../ring/rng.js';
import { SlotCollector } from '../weights/slot.js';
import { createWeightSource } from '../weights/weight-source.js';
import { unpackModel } from './load-model.js';
import { packModel } from './save-model.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const sourceOf = (m: SlotsJson, slot: number): Record<string, unknown> =>
  m.slots[slot]!.source as Record<string, unknown>;

test.each<{ what: string; change: ManifestChange; config?: string; error: Error }>([
  {
    what: 'a ring that does not exist',
    change: (m) => void (sourceOf(m, 1).ring = 'other'),
    error: new RangeError("Slot 'stage1/one' is fed by 'other', which is no ring of the model."),
  },
  {
    what: 'a slot twice',
    change: (m) => void (m.slots[1]!.name = 'stem'),
    error: new RangeError("Slot 'stem' is declared twice; give each layer of a model its own name."),
  },
  {
    what: 'a ring with the name of a slot',
    change: (m) => void (m.slots[0]!.name = 'ring'),
    error: new RangeError("The model has the name 'ring' twice."),
  },
  {
    what: 'weights beyond all bounds',
    change: (m) => void (m.slots[1]!.shape = [2 ** 30, 2 ** 30]),
    error: new RangeError(
      'The model generates more than 134217728 weights; raise maxGenerated to load it all the same.',
    ),
  },
  {
    what: 'a ring larger than what it feeds',
    change: (m) => void (m.slots = m.slots.filter((slot) => slot.name === 'stem')),
    error: new RangeError("The ring 'ring' has 18 elements but feeds 0 weights."),
  },
  {
    what: 'a ring that feeds a head',
    change: (m) => void (m.slots[1]!.role = 'head'),
    error: new RangeError("Slot 'stage1/one' is of role head, which no ring feeds."),
  },
  {
    what: 'a start on a drawn ring',
    change: (m) => void (sourceOf(m, 1).start = 0),
    error: new RangeError("Slot 'stage1/one' starts at element 0 of the ring 'ring', which is drawn."),
  },
  {
    what: 'a start beyond a shared ring',
    config: 'shared',
    change: (m) => void (sourceOf(m, 1).start = 13),
    error: new RangeError("Slot 'stage1/one' starts at element 13 of the ring 'ring', which is shared."),
  },
  {
    what: 'a ring of another size than its tensor',
    change: (m) => void (m.rings[0]!.ringSize = 17),
    error: new RangeError("The model's tensor 'ring' is F32 of [18], expected F32 of [17]."),
  },
  {
    what: 'a ring of another type than its tensor',
    change: (m) => void (m.rings[0]!.storage = { dtype: 'I8', step: 1 }),
    error: new RangeError("The model's tensor 'ring' is F32 of [18], expected I8 of [18]."),
  },
  {
    what: 'a step without a need',
    change: (m) => void (m.rings[0]!.storage = { dtype: 'F32', step: 1 }),
    error: new RangeError("The ring 'ring' is stored as F32 with a step."),
  },
  {
    what: 'a slot without a tensor',
    change: (m) => void (m.slots[0]!.name = 'trunk'),
    error: new RangeError("The model's tensor 'trunk' is missing, expected F32 of [5]."),
  },
  {
    what: 'a tensor of another shape',
    change: (m) => void (m.slots[0]!.shape = [1, 5]),
    error: new RangeError("The model's tensor 'stem' is F32 of [5], expected F32 of [1, 5]."),
  },
  {
    what: 'a tensor too many',
    change: (m) => void m.slots.shift(),
    error: new RangeError('The model has a tensor "stem" that nothing uses.'),
  },
])('refuses $what', async ({ change, config, error }) => {
  const bytes = await spoiledManifest(change, config);
  await expect(unpackModel(bytes)).rejects.toThrow(error);
  await expect(unpackModel(bytes)).rejects.toBeInstanceOf(error.constructor);
});

test('the slots of another model', async () => {
  const other = new SlotCollector();
  for (const slot of smallSlots()) other.declare(slot.name === 'head' ? { ...slot, shape: [3, 5] } : slot);
  await expect(unpackModel(await packModel(smallSource()), { slots: other.slots })).rejects.toThrow(
    new RangeError(
      "The file is of another model: slot 7 is 'head' of [3, 2], head, the model expects 'head' of [3, 5], head.",
    ),
  );
  await expect(unpackModel(await packModel(smallSource()), { slots: smallSlots().slice(1) })).rejects.toThrow(
    "The file is of another model: slot 1 is 'stem' of [5], stem, the model expects 'stage1/one' of [1, 2, 3], backbone.",
  );
});

test('a lower bound on generated weights', async () => {
  await expect(unpackModel(await packModel(smallSource()), { maxGenerated: 35 })).rejects.toThrow(
    new RangeError('The model generates more than 35 weights; raise maxGenerated to load it all the same.'),
  );
});

test('a seed is taken where it was withheld, and nowhere else', async () => {
  const load = unpackModel as unknown as (packed: unknown, options?: unknown) => Promise<unknown>;
  const bytes = await packModel(smallSource());
  await expect(load(bytes, { seed: 'other' })).rejects.toThrow('The model holds its own seed; load it without one.');
  const source = createWeightSource(smallSlots(), configs['one ring']!, createRng(KEY));
  const secret = await packModel(source, { withholdSeed: true });
  await expect(load(secret, { seed: null })).rejects.toThrow(
    'seed is null, expected a non-empty text or a finite number.',
  );
});
