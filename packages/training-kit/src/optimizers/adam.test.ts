import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { captureState, restoreState } from '../checkpoint/training-state.js';
import { adam, type AdamOptions } from './adam.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** One weight that starts at 1, and an optimizer of its own. */
function build(options: AdamOptions) {
  const w = tf.variable(tf.tensor1d([1]));
  const trainables = new Map<string, tf.Variable>([['w', w]]);
  const optimizer = adam(trainables, options);
  const step = (gradient: number): number => {
    optimizer.update(new Map([['w', tf.tensor1d([gradient])]]), 0.1);
    return w.dataSync()[0]!;
  };
  return { trainables, optimizer, step };
}

// Worked by hand from the update rule, in which torch.optim.Adam agrees; betas of 0.5 so that fractions come out even.
test.each<{ options: AdamOptions; gradients: number[]; expected: number[] }>([
  // m = 2, s = 8, both corrected by 1/2: 4 / √16; then m = 1 + 1, s = 4 + 2, corrected by 3/4: (8/3) / √8
  { options: {}, gradients: [4, 2], expected: [0.9, 0.9 - (0.1 * (8 / 3)) / Math.sqrt(8)] },
  // ε is added to the corrected root: 4 / (4 + 4)
  { options: { epsilon: 4 }, gradients: [4], expected: [0.95] },
  // g = 2 + 2·1 = 4; then g = 0.2 + 2·0.9 = 2: as above
  { options: { weightDecay: 2 }, gradients: [2, 0.2], expected: [0.9, 0.9 - (0.1 * (8 / 3)) / Math.sqrt(8)] },
  // without memory each step is η·sign(g)
  { options: { beta1: 0, beta2: 0 }, gradients: [4, -3], expected: [0.9, 1] },
])('$options', ({ options, gradients, expected }) => {
  const { step } = build({ beta1: 0.5, beta2: 0.5, ...options });
  gradients.forEach((gradient, i) => {
    expect(step(gradient)).toBeCloseTo(expected[i]!, 6);
  });
});

test("defaults are PyTorch's: constant gradients give steps of the learning rate", () => {
  const { step } = build({});
  expect(step(3)).toBeCloseTo(0.9, 6);
  expect(step(3)).toBeCloseTo(0.8, 5);
});

test('a restored state gives the same bits as going on', () => {
  const options = { weightDecay: 0.01 };
  const goOn = build(options);
  [3, -1, 2].forEach(goOn.step);
  const saved = captureState({
    source: { trainables: goOn.trainables, statistics: new Map() },
    optimizer: goOn.optimizer,
  });
  const resumed = build(options);
  restoreState(
    { source: { trainables: resumed.trainables, statistics: new Map() }, optimizer: resumed.optimizer },
    saved,
    'x',
  );
  expect([0.7, 5, -2].map(resumed.step)).toEqual([0.7, 5, -2].map(goOn.step));
});

test('keeps its state by name, and leaves no tensors behind', () => {
  const a = tf.variable(tf.tensor1d([1, 2]));
  const b = tf.variable(tf.scalar(3));
  const variables = new Map<string, tf.Variable>([
    ['a', a],
    ['b', b],
  ]);
  const gradients = new Map<string, tf.Tensor>([
    ['a', tf.tensor1d([1, 1])],
    ['b', tf.scalar(1)],
  ]);
  const without = tf.memory().numTensors;
  const optimizer = adam(variables, { weightDecay: 0.1 });
  expect([...optimizer.state].map(([name, { shape }]) => [name, shape])).toEqual([
    ['numSteps', []],
    ['means/a', [2]],
    ['means/b', []],
    ['squares/a', [2]],
    ['squares/b', []],
  ]);
  const before = tf.memory().numTensors;
  optimizer.update(gradients, 0.1);
  optimizer.update(gradients, 0.1);
  expect(tf.memory().numTensors).toBe(before);
  expect(optimizer.state.get('numSteps')!.dataSync()[0]).toBe(2);
  optimizer.dispose();
  expect(tf.memory().numTensors).toBe(without);
});

test('a variable without a gradient is named', () => {
  expect(() => {
    build({}).optimizer.update(new Map(), 0.1);
  }).toThrow("No gradient for 'w'; the loss has to use every trainable variable.");
});

test.each([
  [{ beta1: 1 }, 'adam: beta1 is 1, expected [0, 1).'],
  [{ beta2: -0.1 }, 'adam: beta2 is -0.1, expected [0, 1).'],
  [{ epsilon: 0 }, 'adam: epsilon is 0, expected more than 0.'],
  [{ weightDecay: -1 }, 'adam: weightDecay is -1, expected 0 or more.'],
])('%o is refused', (options, message) => {
  expect(() => adam(new Map(), options)).toThrow(new RangeError(message));
});
