import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { rearrange } from '../analysis/arrangement.js';
import { packModel } from '../model-file/save-model.js';
import { generateReference } from '../ring/generation-plan.js';
import { createRng } from '../ring/rng.js';
import { type Slot, SlotCollector } from '../weights/slot.js';
import { createWeightSource, type RingGenerator, type WeightSource } from '../weights/weight-source.js';
import { createNonlinearSource } from './nonlinear-source.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** Two layers of 12 and 48 weights on a ring of 30, and a norm. */
function sourceOf(generator: RingGenerator, seed = 'nonlinear'): WeightSource {
  const collector = new SlotCollector();
  const declare = (name: string, shape: number[], standardDeviation: number): void => {
    collector.declare({ name, shape, role: 'backbone', initializer: { kind: 'normal', standardDeviation } });
  };
  declare('first', [3, 4], 0.5);
  declare('second', [6, 8], 0.1);
  collector.declare({ name: 'norm', shape: [4], role: 'norm', initializer: { kind: 'constant', value: 1 } });
  const config = { kind: 'ring', ringSize: 30 } as const;
  const rng = createRng(seed);
  return generator === 'linear'
    ? createWeightSource(collector.slots, config, rng)
    : createNonlinearSource(collector.slots, config, generator, rng);
}
function slotOf(source: WeightSource, name: string): Slot {
  return source.slots.find((slot) => slot.name === name)!;
}
function read(source: WeightSource, name: string): number[] {
  const weights = source.generate();
  const values = [...weights.get(slotOf(source, name)).dataSync()];
  weights.dispose();
  return values;
}
/** What the plan alone makes of the ring. */
function linearOf(source: WeightSource, name: string): number[] {
  const [[ringName, plan]] = [...source.plans] as [[string, Parameters<typeof generateReference>[0]]];
  const ring = source.trainables.get(ringName)!.dataSync<'float32'>();
  const { slot, offset } = plan.slots.find((planned) => planned.slot.name === name)!;
  return [...generateReference(plan, ring).subarray(offset, offset + slot.size)];
}
function put(source: WeightSource, name: string, values: readonly number[]): void {
  source.trainables.get(name)!.assign(tf.tensor1d([...values]));
}

describe('shaped', () => {
  test('begins as the linear ring of the same seed', () => {
    const source = sourceOf('shaped');
    const linear = sourceOf('linear');
    for (const name of ['first', 'second']) {
      const expected = read(linear, name);
      read(source, name).forEach((value, i) => {
        expect(value).toBeCloseTo(expected[i]!, 6);
      });
    }
    expect([...source.trainables.keys()]).toEqual(['ring', 'norm', 'first/shape', 'second/shape']);
    expect(source.ringSize).toBe(30);
  });

  test('worked by hand: each layer has its own function', () => {
    const source = sourceOf('shaped');
    put(source, 'second/shape', [-5, 2, 3]);
    const deviation = 0.1;
    const expected = linearOf(source, 'second').map((kernel) => {
      const u = kernel / deviation;
      return deviation * (0.5 * u + (0.2 * (u ** 2 - 1)) / Math.SQRT2 + (0.3 * (u ** 3 - 3 * u)) / Math.sqrt(6));
    });
    read(source, 'second').forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 5);
    });
    const untouched = read(sourceOf('linear'), 'first');
    read(source, 'first').forEach((value, i) => {
      expect(value).toBeCloseTo(untouched[i]!, 6);
    });
  });
});

test('paired: half the sum of two arrangements of one ring, with the deviation of one', () => {
  const source = sourceOf('paired');
  const first = linearOf(source, 'second');
  const second = read(source, 'second').map((value, i) => value * Math.SQRT2 - first[i]!);
  expect(second.filter((value, i) => Math.abs(value - first[i]!) < 1e-5).length).toBeLessThan(10);
  // Every one of them is a ring element with a sign, scaled as the slot is.
  const sizes = new Set(first.map((value) => Math.abs(value).toFixed(5)));
  expect(second.filter((value) => sizes.has(Math.abs(value).toFixed(5))).length).toBeGreaterThan(40);
  expect([...source.trainables.keys()]).toEqual(['ring', 'norm']);
});

describe.each(['shaped', 'paired'] as const)('%s', (generator) => {
  test('the gradient of each trained number is that of finite differences', () => {
    const source = sourceOf(generator);
    if (generator === 'shaped') put(source, 'second/shape', [1, -2, 3]);
    const slots = ['first', 'second'].map((name) => slotOf(source, name));
    const loss = (): tf.Scalar =>
      tf.tidy(() => {
        const weights = source.generate();
        return tf.addN<tf.Scalar>(slots.map((slot) => tf.sum(tf.sin(tf.mul(weights.get(slot), 3)))));
      });
    const { grads, value } = tf.variableGrads(loss);
    value.dispose();
    for (const name of ['ring', ...(generator === 'shaped' ? ['first/shape', 'second/shape'] : [])]) {
      const variable = source.trainables.get(name)!;
      const gradient = grads[variable.name]!.dataSync();
      const at = [...variable.dataSync()];
      for (const i of [0, 1, 2]) {
        const lossAt = (step: number): number => {
          variable.assign(tf.tensor1d(at.map((each, j) => (j === i ? each + step : each))));
          return tf.tidy(() => loss().dataSync()[0]!);
        };
        const difference = lossAt(0.01) - lossAt(-0.01);
        variable.assign(tf.tensor1d(at));
        expect(gradient[i]).toBeCloseTo(difference / 0.02, 2);
      }
    }
  });

  test('leaves no tensors behind', () => {
    const before = tf.memory().numTensors;
    const source = sourceOf(generator);
    read(source, 'first');
    const level = tf.memory().numTensors;
    read(source, 'first');
    expect(tf.memory().numTensors).toBe(level);
    source.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test('what knows linear rings alone refuses it', async () => {
    const source = sourceOf(generator);
    await expect(packModel(source)).rejects.toThrow(
      `Model files know linear rings alone: the rings are read by the generator '${generator}', expected 'linear'.`,
    );
    expect(() => rearrange(source, (plan) => plan)).toThrow('rearrange: the rings are read by');
  });
});
