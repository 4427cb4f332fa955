import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { unpackModel } from '../model-file/load-model.js';
import { packModel } from '../model-file/save-model.js';
import { createRng } from '../ring/rng.js';
import { countParameters } from './parameter-counts.js';
import { type Slot, SlotCollector, type SlotRole } from './slot.js';
import { createWeightSource, type WeightSourceConfig } from './weight-source.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** Two stages of two equal convolutions (12 + 12 + 48 + 48 weights), a stem of 5, a head of 7 and a norm of 2. */
function smallModel(): readonly Slot[] {
  const collector = new SlotCollector();
  const declare = (name: string, shape: number[], role: SlotRole): void => {
    collector.declare({ name, shape, role, initializer: { kind: 'normal', standardDeviation: 0.1 } });
  };
  declare('stem', [5], 'stem');
  declare('stage1/block1', [3, 4], 'backbone');
  declare('stage1/block2', [3, 4], 'backbone');
  declare('stage2/block1', [6, 8], 'backbone');
  declare('stage2/block2', [6, 8], 'backbone');
  declare('head', [7], 'head');
  declare('norm/gamma', [2], 'norm');
  declare('norm/mean', [2], 'statistics');
  return collector.slots;
}

const stageOf = (slot: Slot): string => slot.name.split('/')[0]!;
const read = (tensor: tf.Tensor): number[] => [...tensor.dataSync()];

describe.each<{ name: string; config: WeightSourceConfig; trainables: string[]; ring: number }>([
  {
    name: 'independent',
    config: { kind: 'independent' },
    trainables: ['stem', 'stage1/block1', 'stage1/block2', 'stage2/block1', 'stage2/block2', 'head', 'norm/gamma'],
    ring: 120,
  },
  {
    name: 'one ring',
    config: { kind: 'ring', ringSize: 0.5 },
    trainables: ['ring', 'stem', 'head', 'norm/gamma'],
    ring: 60,
  },
  {
    name: 'a ring a stage',
    config: { kind: 'ring', ringSize: 61, ringOf: stageOf },
    trainables: ['ring/stage1', 'ring/stage2', 'stem', 'head', 'norm/gamma'],
    ring: 61,
  },
  {
    name: 'shared',
    config: { kind: 'shared', keyOf: stageOf },
    trainables: ['ring', 'stem', 'head', 'norm/gamma'],
    ring: 60,
  },
])('$name', ({ config, trainables, ring }) => {
  test('answers every slot with its shape, and counts apart', () => {
    const source = createWeightSource(smallModel(), config, createRng('seed'));
    expect([...source.trainables.keys()]).toEqual(trainables);
    expect([...source.statistics.keys()]).toEqual(['norm/mean']);
    const weights = source.generate();
    for (const slot of source.slots) expect(weights.get(slot).shape).toEqual(slot.shape);
    expect(countParameters(source)).toEqual({
      ring,
      stem: 5,
      head: 7,
      norm: 2,
      bias: 0,
      total: ring + 14,
      generated: 120,
      plainTotal: 134,
    });
    weights.dispose();
    source.dispose();
  });

  test('where the backend has no bfloat16, weights generated for it are float32', () => {
    const source = createWeightSource(smallModel(), config, createRng('seed'));
    const [weights, asked] = [source.generate(), source.generate('bfloat16')];
    for (const slot of source.slots) expect(read(asked.get(slot))).toEqual(read(weights.get(slot)));
    weights.dispose();
    asked.dispose();
    source.dispose();
  });

  test('the same seed gives the same weights, another seed others', () => {
    const weightsOf = (seed: string): number[] => {
      const source = createWeightSource(smallModel(), config, createRng(seed));
      const weights = source.generate();
      const values = source.slots.flatMap((slot) => read(weights.get(slot)));
      weights.dispose();
      source.dispose();
      return values;
    };
    expect(weightsOf('a')).toEqual(weightsOf('a'));
    expect(weightsOf('a')).not.toEqual(weightsOf('b'));
  });

  test('every trainable gets a gradient, and nothing is left behind', () => {
    const start = tf.memory().numTensors;
    const source = createWeightSource(smallModel(), config, createRng('seed'));
    const variables = [...source.trainables.values()];
    const run = (): void => {
      const { value, grads } = tf.variableGrads(() => {
        const weights = source.generate();
        return tf.addN(
          source.slots.filter((slot) => slot.role !== 'statistics').map((slot) => tf.sum(tf.square(weights.get(slot)))),
        );
      }, variables);
      expect(Object.keys(grads)).toHaveLength(variables.length);
      tf.dispose([value, grads]);
      source.generate().dispose();
    };
    run();
    const before = tf.memory().numTensors;
    run();
    expect(tf.memory().numTensors).toBe(before);
    source.dispose();
    expect(tf.memory().numTensors).toBe(start);
  });
});

test('shared slots are one tensor, slots of a ring are not', () => {
  const shared = createWeightSource(smallModel(), { kind: 'shared', keyOf: stageOf }, createRng(1));
  const weights = shared.generate();
  const [, first, second] = shared.slots;
  expect(read(weights.get(first!))).toEqual(read(weights.get(second!)));
  const ring = createWeightSource(smallModel(), { kind: 'ring', ringSize: 60 }, createRng(1));
  const generated = ring.generate();
  expect(read(generated.get(first!))).not.toEqual(read(generated.get(second!)));
});

test('one ring feeds two models: training one moves the other', () => {
  const collector = new SlotCollector();
  for (const model of ['teacher', 'student']) {
    collector.declare({
      name: `${model}/kernel`,
      shape: [10],
      role: 'backbone',
      initializer: { kind: 'normal', standardDeviation: 1 },
    });
  }
  const source = createWeightSource(collector.slots, { kind: 'ring', ringSize: 10 }, createRng(1));
  const [teacher, student] = collector.slots;
  const before = read(source.generate().get(student!));
  const { grads } = tf.variableGrads(() => tf.sum(source.generate().get(teacher!)), [...source.trainables.values()]);
  const ring = source.trainables.get('ring')!;
  ring.assign(tf.sub(ring, grads[ring.name]!));
  expect(read(source.generate().get(student!))).not.toEqual(before);
});

test.each([
  [0, undefined],
  [121, undefined],
  [2.5, undefined],
  [1.0001, undefined],
  [Number.NaN, undefined],
])('a ring size of %d is refused', (ringSize) => {
  expect(() => createWeightSource(smallModel(), { kind: 'ring', ringSize }, createRng(1))).toThrow(
    `Ring size is ${ringSize}, expected a share above 0 and up to 1, which is all, or a whole number of elements ` +
      'from 2 to 120 (all weights of the backbone: |W| ≤ Σ|K_i|).',
  );
});

test('local rings share N in proportion to what they feed, and none is empty', () => {
  const source = createWeightSource(smallModel(), { kind: 'ring', ringSize: 2, ringOf: stageOf }, createRng(1));
  expect([...source.plans.values()].map((plan) => plan.ringSize)).toEqual([1, 1]);
});

test('foreign slots are named', () => {
  const source = createWeightSource(smallModel(), { kind: 'independent' }, createRng(1));
  const collector = new SlotCollector();
  const foreign = collector.declare({
    name: 'elsewhere',
    shape: [1],
    role: 'stem',
    initializer: { kind: 'constant', value: 0 },
  });
  const weights = source.generate();
  expect(() => weights.get(foreign)).toThrow(
    "Slot 'elsewhere' is not among the slots of this source; declare all layers before it.",
  );
  expect(() => weights.statistic(foreign)).toThrow("Slot 'elsewhere' holds no statistics of this source.");
  expect(() =>
    collector.declare({ name: 'elsewhere', shape: [1], role: 'stem', initializer: { kind: 'constant', value: 0 } }),
  ).toThrow("Slot 'elsewhere' is declared twice; give each layer of a model its own name.");
  expect(() =>
    collector.declare({ name: 'flat', shape: [0], role: 'stem', initializer: { kind: 'constant', value: 0 } }),
  ).toThrow("Slot 'flat' has shape [0], expected one or more positive integers.");
});

test('a slot declared after the source is none of its slots', async () => {
  const collector = new SlotCollector();
  collector.declare({ name: 'a', shape: [4], role: 'backbone', initializer: { kind: 'normal', standardDeviation: 1 } });
  const source = createWeightSource(collector.slots, { kind: 'ring', ringSize: 2 }, createRng(1));
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
