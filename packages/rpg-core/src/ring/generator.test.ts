import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { handPlan, slotsOf } from '../../test/hand-plan.js';
import { generateReference, planRing } from './generation-plan.js';
import { Generator } from './generator.js';
import { createRng } from './rng.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

let generator: Generator | undefined;
afterEach(() => {
  generator?.dispose();
});

describe('generating', () => {
  test('K = scale · sign ⊙ W[index], worked by hand', () => {
    generator = new Generator(handPlan());
    const [first, second] = generator.generate(tf.tensor1d([3, 5]));
    expect(first!.shape).toEqual([2]);
    expect([...first!.dataSync()]).toEqual([10, -6]);
    expect(second!.shape).toEqual([1, 3]);
    expect([...second!.dataSync()]).toEqual([-2.5, 2.5, 1.5]);
  });

  test('the gradient is Σ Rᵀ dK, worked by hand', () => {
    generator = new Generator(handPlan());
    const gradient = tf.grad((ring) => {
      const [first, second] = generator!.generate(ring as tf.Tensor1D);
      return tf.add(tf.sum(tf.mul(first!, [1, 10])), tf.sum(tf.mul(second!, [[100, 1000, 10000]])));
    })(tf.tensor1d([3, 5]));
    // element 0: −2·10 + 0.5·10000; element 1: 2·1 − 0.5·100 + 0.5·1000
    expect([...gradient.dataSync()]).toEqual([4980, 452]);
  });

  test('a slot that the loss does not use contributes nothing', () => {
    generator = new Generator(handPlan());
    const gradient = tf.grad((ring) => tf.sum(generator!.generate(ring as tf.Tensor1D)[0]!))(tf.tensor1d([3, 5]));
    expect([...gradient.dataSync()]).toEqual([-2, 2]);
  });

  test.each(['even', 'uneven', 'sequential'] as const)(
    '%s sampling equals the plain arithmetic bit for bit',
    (sampling) => {
      const plan = planRing(slotsOf([3, 3, 4, 8], [1, 1, 8, 8], [70]), { ringSize: 101, sampling }, createRng('bits'));
      generator = new Generator(plan);
      const rng = createRng('values');
      const ring = new Float32Array(101).map(() => rng.normal());
      const kernels = generator.generate(tf.tensor1d(ring));
      const flat = tf.concat(kernels.map((kernel) => tf.reshape(kernel, [kernel.size]))).dataSync();
      expect(Buffer.from(new Float32Array(flat).buffer)).toEqual(Buffer.from(generateReference(plan, ring).buffer));
    },
  );

  test('the gradient agrees with central differences', () => {
    const plan = planRing(slotsOf([2, 2, 2, 3], [3, 4]), { ringSize: 9 }, createRng('differences'));
    generator = new Generator(plan);
    const loss = (ring: tf.Tensor): tf.Scalar =>
      tf.addN(generator!.generate(ring as tf.Tensor1D).map((kernel) => tf.sum(tf.square(tf.square(kernel)))));
    const rng = createRng('point');
    const point = new Float32Array(9).map(() => rng.normal());
    const gradient = tf.grad(loss)(tf.tensor1d(point)).dataSync();
    const step = 1e-2;
    point.forEach((value, i) => {
      const at = (x: number): number => loss(tf.tensor1d(point.with(i, x))).dataSync()[0]!;
      const difference = (at(value + step) - at(value - step)) / (2 * step);
      expect(Math.abs(gradient[i]! - difference)).toBeLessThan(0.01 * (1 + Math.abs(difference)));
    });
  });

  test('leaves no tensors behind', () => {
    generator = new Generator(handPlan());
    const ring = tf.tensor1d([3, 5]);
    const run = (): void => {
      tf.dispose(generator!.generate(ring));
      tf.grad((x) => tf.sum(generator!.generate(x as tf.Tensor1D)[1]!))(ring).dispose();
    };
    run();
    const before = tf.memory().numTensors;
    run();
    expect(tf.memory().numTensors).toBe(before);
  });

  test('a ring of another size is refused', () => {
    generator = new Generator(handPlan());
    expect(() => generator!.generate(tf.tensor1d([1, 2, 3]))).toThrow(
      'The ring has 3 elements, expected 2 as planned.',
    );
  });
});
