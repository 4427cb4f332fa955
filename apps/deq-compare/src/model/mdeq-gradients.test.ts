import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { createRng, SlotCollector } from 'rpg-core';
import { loadBackend } from 'tensorflow-runtime';
import { beforeAll, describe, expect, test } from 'vitest';
import { distance, type Gradients, gradientsOf, slopeAlong } from '../../test/loss-gradients.js';
import { read } from '../../test/numbers.js';
import { exactSearch, longUnroll, mdeqVariant, smallBatch, smallMdeq } from '../../test/small-networks.js';
import { solve } from '../solvers/solve.js';
import { branchShapes, joinBranches, sizeOfBranches, splitBranches } from './branches.js';
import { head } from './head.js';
import { START_DEVIATION } from './initialization.js';
import { msBlock } from './ms-block.js';
import { stem } from './stem.js';

beforeAll(async () => {
  await loadBackend({});
});

const { images, labels } = smallBatch();

describe('gradients', () => {
  test('implicit ones agree with a long unroll, for every parameter', () => {
    const solved = mdeqVariant();
    const unrolled = mdeqVariant(longUnroll);
    expect(read(solved.loss())[0]).toBeCloseTo(read(unrolled.loss({ step: 0 }))[0]!, 5);
    const found = gradientsOf(solved.source, () => solved.loss());
    const expected = gradientsOf(unrolled.source, () => unrolled.loss({ step: 0 }));
    expect([...found.keys()]).toEqual([...solved.source.trainables.keys()]);
    expect(distance(found, expected)).toBeLessThan(1e-3);
    const block = (gradients: Gradients): Gradients =>
      new Map([...gradients].filter(([name]) => name.startsWith('block/')));
    expect(distance(block(found), block(expected))).toBeLessThan(1e-3);
    // and one step alone is not enough
    const short = mdeqVariant({ ...longUnroll, numUnrolled: 1 });
    const wrong = gradientsOf(short.source, () => short.loss({ step: 0 }));
    expect(distance(block(wrong), block(expected))).toBeGreaterThan(0.1);
  });

  // each takes two searches: one of each kind
  const probed = [
    'stem/conv1/kernel',
    'block/branch0/conv1/kernel',
    'block/branch0/sum/norm/gamma',
    'block/fuse/1to0/kernel',
    'block/fuse/0to1/conv1/kernel',
    'block/branch1/end/kernel',
    'head/dense/bias',
  ];

  test('implicit ones agree with central differences', () => {
    const { source, loss } = mdeqVariant();
    const gradients = gradientsOf(source, () => loss());
    const rng = createRng('directions');
    for (const name of probed) {
      const gradient = gradients.get(name)!;
      // half along the gradient, half anywhere: a sum that rounding does not swallow, and no blind spot
      const length = Math.hypot(...gradient);
      const other = gradient.map(() => rng.normal());
      const direction = gradient.map((value, i) => value / length + other[i]! / Math.hypot(...other));
      const expected = gradient.reduce((sum, value, i) => sum + value * direction[i]!, 0);
      const variable = source.trainables.get(name)!;
      // a small part of the variable, and a small change of the loss
      const step = Math.min(0.01 * Math.max(Math.hypot(...read(variable)), 0.1), 2e-4 / Math.abs(expected));
      const slope = slopeAlong(variable, { direction, step, loss: () => read(loss())[0]! });
      expect(Math.abs(slope - expected), name).toBeLessThan(5e-3 * length + 2e-4);
    }
  });

  test('phantom ones are those of damped steps behind the fixed point', () => {
    const { source, loss } = mdeqVariant({ differentiation: { kind: 'phantom', numSteps: 3, damping: 0.5 } });
    const found = gradientsOf(source, () => loss());

    const slots = new SlotCollector(); // the same layers, in the same order
    const initialBlock = stem(slots, 8, 2);
    const block = msBlock(slots, { name: 'block', channels: [8, 8], weightNormFrom: START_DEVIATION });
    const classify = head(slots, smallMdeq);
    const shapes = branchShapes([4, 4], [8, 8]);
    const weights = source.generate();
    const context = { weights, isTraining: true };
    const apply = (z: tf.Tensor2D): tf.Tensor2D => {
      const inputs = { injection: initialBlock(images, context), masks: [] };
      const blockContext = { weights: block.weightsOf(block.tensors(weights)), isTraining: true };
      return joinBranches(block.apply(splitBranches(z, shapes), inputs, blockContext));
    };
    const zStar = solve((z) => tf.tidy(() => apply(z)), tf.zeros([3, sizeOfBranches(shapes)]), exactSearch).value;
    const expected = gradientsOf(source, () => {
      let z = zStar;
      for (let step = 0; step < 3; step++) z = tf.add(tf.mul(apply(z), 0.5), tf.mul(z, 0.5));
      const logits = classify(splitBranches(z, shapes), context);
      const target = tf.oneHot(labels, 3);
      return tf.neg(tf.mean(tf.sum(tf.mul(target, tf.logSoftmax(logits)), 1)));
    });
    expect(distance(found, expected)).toBeLessThan(1e-3);
  });

  test('phantom ones come to the implicit ones with more steps', () => {
    const { source, loss } = mdeqVariant();
    const expected = gradientsOf(source, () => loss());
    const errors = [1, 5, 30].map((numSteps) => {
      const phantom = mdeqVariant({ differentiation: { kind: 'phantom', numSteps, damping: 1 } });
      return distance(
        gradientsOf(phantom.source, () => phantom.loss()),
        expected,
      );
    });
    expect(errors[1]).toBeLessThan(errors[0]!);
    expect(errors[2]).toBeLessThan(1e-3);
  });
});
