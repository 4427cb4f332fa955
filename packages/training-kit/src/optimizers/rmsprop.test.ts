import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { captureState, restoreState } from '../checkpoint/training-state.js';
import { rmsprop, type RmspropOptions } from './rmsprop.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** One weight that starts at 1, and an optimizer of its own. */
function build(options: RmspropOptions) {
  const w = tf.variable(tf.tensor1d([1]));
  const trainables = new Map<string, tf.Variable>([['w', w]]);
  const optimizer = rmsprop(trainables, options);
  const step = (gradient: number): number => {
    optimizer.update(new Map([['w', tf.tensor1d([gradient])]]), 0.1);
    return w.dataSync()[0]!;
  };
  return { trainables, optimizer, step };
}

// Worked by hand from the update rule, in which torch.optim.RMSprop agrees; smoothing 0.75 so that roots come out even.
test.each<{ options: RmspropOptions; gradients: number[]; expected: number[] }>([
  // s = 0.25·16 = 4, step 4/2; then s = 3 + 0.25·4 = 4, step 2/2
  { options: {}, gradients: [4, 2], expected: [0.8, 0.7] },
  // ε stands outside the root: 4 / (2 + 2); inside it would be 4 / √6
  { options: { epsilon: 2 }, gradients: [4], expected: [0.9] },
  // v = 2, then 0.5·2 + 1
  { options: { momentum: 0.5 }, gradients: [4, 2], expected: [0.8, 0.6] },
  // g = 2 + 2·1 = 4, s = 4; then g = 0.4 + 2·0.8 = 2, s = 3 + 1
  { options: { weightDecay: 2 }, gradients: [2, 0.4], expected: [0.8, 0.7] },
])('$options', ({ options, gradients, expected }) => {
  const { step } = build({ smoothing: 0.75, ...options });
  gradients.forEach((gradient, i) => {
    expect(step(gradient)).toBeCloseTo(expected[i]!, 6);
  });
});

test("defaults are PyTorch's: the first step is 0.1 / √0.01 = 1 whatever the gradient", () => {
  expect(build({}).step(1000)).toBeCloseTo(0, 5);
  expect(build({}).step(0.001)).toBeCloseTo(1 - 0.001 / (0.0001 + 1e-8) / 10, 5); // here ε shows
});

test('a restored state gives the same bits as going on', () => {
  const options = { momentum: 0.9, weightDecay: 0.01 };
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
  expect([...rmsprop(variables).state.keys()]).toEqual(['squares/a', 'squares/b']);
  const without = tf.memory().numTensors;
  const optimizer = rmsprop(variables, { momentum: 0.9, weightDecay: 0.1 });
  expect([...optimizer.state].map(([name, { shape }]) => [name, shape])).toEqual([
    ['squares/a', [2]],
    ['squares/b', []],
    ['momentum/a', [2]],
    ['momentum/b', []],
  ]);
  const before = tf.memory().numTensors;
  optimizer.update(gradients, 0.1);
  optimizer.update(gradients, 0.1);
  expect(tf.memory().numTensors).toBe(before);
  optimizer.dispose();
  expect(tf.memory().numTensors).toBe(without);
});

test('a variable without a gradient is named', () => {
  expect(() => {
    build({}).optimizer.update(new Map(), 0.1);
  }).toThrow("No gradient for 'w'; the loss has to use every trainable variable.");
});

test.each([
  [{ smoothing: 1 }, 'rmsprop: smoothing is 1, expected [0, 1).'],
  [{ epsilon: 0 }, 'rmsprop: epsilon is 0, expected more than 0.'],
  [{ momentum: 1 }, 'rmsprop: momentum is 1, expected [0, 1).'],
  [{ weightDecay: -1 }, 'rmsprop: weightDecay is -1, expected 0 or more.'],
])('%o is refused', (options, message) => {
  expect(() => rmsprop(new Map(), options)).toThrow(new RangeError(message));
});
