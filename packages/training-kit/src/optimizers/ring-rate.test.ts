import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { createRng, createWeightSource, SlotCollector, type WeightSource, type WeightSourceConfig } from 'rpg-core';
import { beforeAll, expect, test } from 'vitest';
import { optimizerOf, type OptimizerSettings } from './optimizer-settings.js';
import { noteRingRate, rateFactorsOf, type RingRate } from './ring-rate.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** M = 36 in two blocks of 9 and 27, and a bias outside. */
function sourceOf(config: WeightSourceConfig): WeightSource {
  const slots = new SlotCollector();
  const initializer = { kind: 'normal', standardDeviation: 0.1 } as const;
  slots.declare({ name: 'a/kernel', shape: [9], role: 'backbone', initializer });
  slots.declare({ name: 'b/kernel', shape: [27], role: 'backbone', initializer });
  slots.declare({ name: 'b/bias', shape: [1], role: 'bias', initializer: { kind: 'constant', value: 0 } });
  return createWeightSource(slots.slots, config, createRng('ring rate'));
}
const ring = { kind: 'ring', ringSize: 9 } as const;

test.each([
  { title: 'one ring of N = 9 for M = 36', config: ring, ringRate: 'matched', factors: [['ring', 2]] },
  { title: 'as the others', config: ring, ringRate: 'same', factors: [['ring', 1]] },
  { title: 'a number', config: ring, ringRate: 0.5, factors: [['ring', 0.5]] },
  {
    title: 'rings of blocks, each by its own use',
    config: { ...ring, ringSize: 4, ringOf: ({ name }) => name[0]! }, // splits as 1 and 3
    ringRate: 'matched',
    factors: [
      ['ring/a', 3],
      ['ring/b', 3],
    ],
  },
  { title: 'plain sharing', config: { kind: 'shared', keyOf: ({ name }) => name }, ringRate: 'matched', factors: [] },
  { title: 'no sharing', config: { kind: 'independent' }, ringRate: 'matched', factors: [] },
] satisfies { title: string; config: WeightSourceConfig; ringRate: RingRate; factors: [string, number][] }[])(
  '$title',
  ({ config, ringRate, factors }) => {
    const source = sourceOf(config);
    expect([...rateFactorsOf(source, ringRate)]).toEqual(factors);
    source.dispose();
  },
);

test.each([0, -1, NaN, Infinity])('%d is refused', (ringRate) => {
  const source = sourceOf(ring);
  expect(() => rateFactorsOf(source, ringRate)).toThrow(
    new RangeError(`ringRate is ${ringRate}, expected same, matched, or a number above 0.`),
  );
  source.dispose();
});

/** How far the first step of rate 0.01 moves a ring element and a bias whose gradients are 1. */
function firstSteps(settings: Omit<OptimizerSettings, 'weightDecay'>): { ring: number; bias: number } {
  const source = sourceOf(ring);
  const values = (): number[] => ['ring', 'b/bias'].map((name) => source.trainables.get(name)!.dataSync()[0]!);
  const before = values();
  const optimizer = optimizerOf({ ...settings, weightDecay: 0 }, source);
  const gradients = new Map([...source.trainables].map(([name, { shape }]) => [name, tf.ones(shape)]));
  const level = tf.memory().numTensors;
  optimizer.update(gradients, 0.01);
  expect(tf.memory().numTensors).toBe(level);
  const [ringStep, bias] = values().map((value, i) => before[i]! - value);
  optimizer.dispose();
  source.dispose();
  return { ring: ringStep!, bias: bias! };
}

test.each([
  { optimizer: 'adam', ringRate: 'matched', ring: 0.02, bias: 0.01 }, // Adam’s first step is the rate
  { optimizer: 'adam', ringRate: 0.5, ring: 0.005, bias: 0.01 },
  { optimizer: 'rmsprop', ringRate: 'matched', ring: 0.2, bias: 0.1 }, // 0.01 / √(0.01 · 1²)
  { optimizer: 'sgd', ringRate: 'matched', ring: 0.01, bias: 0.01 },
] as const)('$optimizer with ring rate $ringRate', ({ optimizer, ringRate, ring, bias }) => {
  const steps = firstSteps({ optimizer, ringRate });
  expect(steps.ring).toBeCloseTo(ring, 5);
  expect(steps.bias).toBeCloseTo(bias, 5);
});

test('log and report say it where rings move otherwise than the rest', () => {
  const lines: string[] = [];
  const run = { note: (line: string) => void lines.push(line) };
  const source = sourceOf(ring);
  const value = '2.00 times that of other weights (ring rate matched)';
  expect(noteRingRate(run, { ringRate: 'matched' }, source)).toEqual({ 'learning rate of rings': value });
  expect(noteRingRate(run, { ringRate: 'same' }, source)).toEqual({});
  expect(noteRingRate(run, { ringRate: 'matched', optimizer: 'sgd' }, source)).toEqual({});
  expect(lines).toEqual([`Learning rate of rings: ${value}.`]);
  source.dispose();
});
