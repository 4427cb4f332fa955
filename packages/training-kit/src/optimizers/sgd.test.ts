import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { sgd, type SgdOptions } from './sgd.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** Runs SGD on one weight that starts at 1 with the given gradients; learning rate 0.1. */
function run(options: SgdOptions, gradients: number[]): number[] {
  const w = tf.variable(tf.tensor1d([1]));
  const optimizer = sgd(new Map([['w', w]]), options);
  return gradients.map((gradient) => {
    optimizer.update(new Map([['w', tf.tensor1d([gradient])]]), 0.1);
    return w.dataSync()[0]!;
  });
}

// Worked by hand from the update rule; torch.optim.SGD gives the same numbers.
test.each<{ options: SgdOptions; expected: number[] }>([
  { options: {}, expected: [0.8, 0.7] },
  { options: { momentum: 0.9 }, expected: [0.8, 0.52] }, // v: 2, then 1.8 + 1
  { options: { weightDecay: 0.5 }, expected: [0.75, 0.6125] }, // g: 2.5, then 1 + 0.375
  { options: { momentum: 0.9, nesterov: true }, expected: [0.62, 0.268] }, // steps: 2 + 1.8, then 1 + 0.9·2.8
  { options: { momentum: 0.9, weightDecay: 0.5 }, expected: [0.75, 0.3875] }, // v: 2.5, then 2.25 + 1.375
])('$options', ({ options, expected }) => {
  run(options, [2, 1]).forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i]!, 6);
  });
});

test('keeps a momentum a variable, and leaves no tensors behind', () => {
  const start = tf.memory().numTensors;
  const variables = new Map<string, tf.Variable>([
    ['a', tf.variable(tf.tensor1d([1, 2]))],
    ['b', tf.variable(tf.scalar(3))],
  ]);
  const optimizer = sgd(variables, { momentum: 0.9, weightDecay: 0.1 });
  expect([...optimizer.state].map(([name, state]) => [name, state.shape])).toEqual([
    ['a', [2]],
    ['b', []],
  ]);
  const gradients = new Map<string, tf.Tensor>([
    ['a', tf.tensor1d([1, 1])],
    ['b', tf.scalar(1)],
  ]);
  optimizer.update(gradients, 0.1);
  const before = tf.memory().numTensors;
  optimizer.update(gradients, 0.1);
  expect(tf.memory().numTensors).toBe(before);
  optimizer.dispose();
  tf.dispose([...variables.values(), ...gradients.values()]);
  expect(tf.memory().numTensors).toBe(start + 2); // the tensors that the variables were made of
});

test('a variable without a gradient is named', () => {
  const optimizer = sgd(new Map([['w', tf.variable(tf.scalar(1))]]));
  expect(() => {
    optimizer.update(new Map(), 0.1);
  }).toThrow("No gradient for 'w'; the loss has to use every trainable variable.");
});

test.each([
  [{ momentum: 1 }, 'sgd: momentum is 1, expected [0, 1).'],
  [{ weightDecay: -1 }, 'sgd: weightDecay is -1, expected 0 or more.'],
  [{ nesterov: true }, 'sgd: nesterov needs a momentum above 0.'],
])('%o is refused', (options, message) => {
  expect(() => sgd(new Map(), options)).toThrow(new RangeError(message));
});
