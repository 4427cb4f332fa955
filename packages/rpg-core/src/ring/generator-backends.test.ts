/* eslint-disable import-sort/imports -- the gradients register themselves in what was loaded before */
import { createRequire } from 'node:module';
import path from 'node:path';
import * as cpu from '@tensorflow/tfjs-backend-cpu';
import * as wasm from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { SlotCollector } from '../weights/slot.js';
import { generateReference, type GenerationPlan, gradientReference, planRing } from './generation-plan.js';
import { Generator } from './generator.js';
import { createRng } from './rng.js';

const HALF_FLOATS = 'WEBGL_RENDER_FLOAT32_ENABLED';

beforeAll(() => {
  const require = createRequire(import.meta.url);
  wasm.setWasmPaths(path.join(path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'dist/'));
  // No GPU here: the CPU's ops under the name of WebGL show which way the generator goes.
  tf.env().registerFlag(HALF_FLOATS, () => true);
  tf.copyRegisteredKernels('cpu', 'webgl');
  tf.registerBackend('webgl', () => new cpu.MathBackendCPU());
});

const planOf = (ringSize: number): GenerationPlan => {
  const collector = new SlotCollector();
  [
    [3, 3, 16, 24],
    [1, 1, 24, 40],
    [700, 11],
  ].forEach((shape, i) => {
    collector.declare({
      name: `slot${i}`,
      shape,
      role: 'backbone',
      initializer: { kind: 'normal', standardDeviation: 0.3 * (i + 1) },
    });
  });
  return planRing(collector.slots, { ringSize }, createRng('backends'));
};
const normal = (size: number, seed: string): Float32Array => {
  const rng = createRng(seed);
  return new Float32Array(size).map(() => rng.normal());
};
/** As text, which compares faster than arrays. */
const bits = (values: Float32Array): string => Buffer.from(values.slice().buffer).toString('base64');
const flatten = (tensors: tf.Tensor[]): Float32Array =>
  Float32Array.from(tensors.flatMap((tensor) => [...tensor.dataSync()]));

describe.each(['cpu', 'wasm', 'webgl'])('%s', (backend) => {
  beforeAll(async () => {
    expect(await tf.setBackend(backend)).toBe(true);
    expect(tf.getBackend()).toBe(backend);
  });

  test.each([1, 50, 2000, 12_116])('a ring of %d gives the weights of plain arithmetic, bit for bit', (ringSize) => {
    const plan = planOf(ringSize);
    const ring = normal(ringSize, 'ring');
    const generator = new Generator(plan);
    const generated = flatten(generator.generate(tf.tensor1d(ring)));
    expect(bits(generated)).toEqual(bits(generateReference(plan, ring)));
    generator.dispose();
  });

  test.each([50, 2000])('a ring of %d gets the gradient of plain arithmetic', (ringSize) => {
    const plan = planOf(ringSize);
    const generator = new Generator(plan);
    const direction = normal(plan.numGenerated, 'direction');
    const gradient = tf.grad((ring) =>
      tf.addN(
        generator
          .generate(ring as tf.Tensor1D)
          .map((kernel, i) =>
            tf.sum(
              tf.mul(
                kernel,
                tf.tensor(direction.slice(plan.slots[i]!.offset, plan.slots[i]!.offset + kernel.size), kernel.shape),
              ),
            ),
          ),
      ),
    )(tf.tensor1d(normal(ringSize, 'ring')));
    const expected = gradientReference(plan, direction);
    const largest = Math.max(...expected.map(Math.abs));
    gradient.dataSync().forEach((value, i) => {
      expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-5 * largest);
    });
    generator.dispose();
  });
});

describe('WebGL with indices that its textures would round', () => {
  const gathersIn = (run: () => void): number => {
    let numGathers = 0;
    const runKernel = tf.engine().runKernel.bind(tf.engine());
    tf.engine().runKernel = (name, ...rest) => {
      if (name === 'GatherNd') numGathers++;
      return runKernel(name, ...rest);
    };
    run();
    tf.engine().runKernel = runKernel;
    return numGathers;
  };
  const runBoth = (ringSize: number): { forward: number; backward: number } => {
    const plan = planOf(ringSize);
    const generator = new Generator(plan);
    const ring = tf.tensor1d(normal(ringSize, 'ring'));
    const forward = gathersIn(() => {
      expect(bits(flatten(generator.generate(ring)))).toEqual(bits(generateReference(plan, normal(ringSize, 'ring'))));
    });
    const both = gathersIn(() => {
      tf.grad((x) => tf.addN(generator.generate(x as tf.Tensor1D).map((kernel) => tf.sum(kernel))))(ring);
    });
    generator.dispose();
    return { forward, backward: both - forward };
  };

  beforeAll(async () => {
    await tf.setBackend('webgl');
  });

  test('goes by plain arithmetic for what is too large, and by a gather for the rest', () => {
    tf.env().set(HALF_FLOATS, true); // exact up to 2^24
    expect(runBoth(2000)).toEqual({ forward: 1, backward: 1 });
    tf.env().set(HALF_FLOATS, false); // exact up to 2^11: 2·2000 and 2·12116 are too large, 2·1000 is not
    expect(runBoth(2000)).toEqual({ forward: 0, backward: 0 });
    expect(runBoth(1000)).toEqual({ forward: 1, backward: 0 });
    tf.env().set(HALF_FLOATS, true);
  });

  test('leaves no tensors behind there', () => {
    tf.env().set(HALF_FLOATS, false);
    const generator = new Generator(planOf(2000));
    const ring = tf.tensor1d(normal(2000, 'ring'));
    const before = tf.memory().numTensors;
    tf.dispose(generator.generate(ring));
    tf.grad((x) => tf.sum(generator.generate(x as tf.Tensor1D)[0]!))(ring).dispose();
    expect(tf.memory().numTensors).toBe(before);
    tf.env().set(HALF_FLOATS, true);
  });
});
