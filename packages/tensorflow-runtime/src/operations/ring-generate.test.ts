import * as tf from '@tensorflow/tfjs-core';
import {
  castTo,
  createRng,
  createWeightSource,
  generateReference,
  type GenerationPlan,
  Generator,
  planRing,
  SlotCollector,
} from 'rpg-core';
import { IndexTables } from 'rpg-core/ops';
import { resnet } from 'rpg-core/resnet';
import { beforeAll, describe, expect, test } from 'vitest';
import { runWithThreads } from '../../test/child-process.js';
import { loadBackend } from '../backend/load-backend.js';
import { asNative } from '../backend/native-backend.js';
import { hasBfloat16, readSimd } from '../backend/simd.js';
import { findProvisioned } from '../provision/cache-folder.js';
import { intAttribute } from './attributes.js';

const hasTensorflow = findProvisioned('cpu') !== null;

/** Slots of uneven sizes, so that the threads' shares begin and end inside them. */
function planOf(ringSize: number, sampling: 'even' | 'uneven' | 'sequential'): GenerationPlan {
  const slots = new SlotCollector();
  [[3, 3, 16, 33], [7], [1, 1, 64, 64], [5, 1001]].forEach((shape, i) =>
    slots.declare({
      name: `slot${i}`,
      shape,
      role: 'backbone',
      initializer: { kind: 'normal', standardDeviation: 0.3 + i },
    }),
  );
  return planRing(slots.slots, { ringSize, sampling }, createRng('plan'));
}

const normals = (size: number): Float32Array => {
  const rng = createRng('normals');
  return new Float32Array(size).map(() => rng.normal());
};

const bytesOf = (tensor: tf.Tensor): Buffer => Buffer.from(tensor.dataSync<'float32'>().slice().buffer);

describe.skipIf(!hasTensorflow)('generating by TensorFlow operations of our own', () => {
  beforeAll(async () => {
    await loadBackend({ device: 'tensorflow' });
  });

  test.each([
    [1, 'even'],
    [37, 'even'],
    [5003, 'even'],
    [5003, 'uneven'],
    [13_000, 'sequential'],
  ] as const)('a ring of %d, %s: the same bits as plain arithmetic', (ringSize, sampling) => {
    const plan = planOf(ringSize, sampling);
    const generator = new Generator(plan);
    const ring = normals(ringSize);
    const kernels = generator.generate(tf.tensor1d(ring));
    expect(kernels.map(({ shape }) => shape)).toEqual(plan.slots.map(({ slot }) => slot.shape));
    const expected = generateReference(plan, ring);
    plan.slots.forEach(({ slot, offset }, i) => {
      expect(bytesOf(kernels[i]!)).toEqual(Buffer.from(expected.slice(offset, offset + slot.size).buffer));
    });
    tf.dispose(kernels);
    generator.dispose();
  });

  test('the gradient is the transpose: ⟨K(W), D⟩ = ⟨W, ∂⟩, and the same bits every time', () => {
    const plan = planOf(611, 'even');
    const generator = new Generator(plan);
    const ring = tf.tensor1d(normals(611));
    const weights = plan.slots.map(({ slot }) => tf.tensor(normals(slot.size), [...slot.shape]));
    const inner = (w: tf.Tensor): tf.Scalar =>
      tf.addN(generator.generate(w as tf.Tensor1D).map((kernel, i) => tf.sum(tf.mul(kernel, weights[i]!))));
    const gradient = tf.grad(inner)(ring);
    expect(bytesOf(gradient)).toEqual(Buffer.from(gradientInOrder(plan, weights).buffer));
    for (let again = 0; again < 5; again++) expect(bytesOf(tf.grad(inner)(ring))).toEqual(bytesOf(gradient));
    generator.dispose();
  });

  // The levels of x86-64: with AVX-512, and as on every processor.
  test.each([4, 2])('level %i: gradients are added in the order of their positions, bit for bit', (level) => {
    const native = asNative(tf.backend());
    for (const ringSize of [1, 37, 5003]) {
      const plan = planOf(ringSize, 'uneven');
      const tables = new IndexTables(plan);
      const gradients = plan.slots.map(({ slot }) => tf.tensor1d(normals(slot.size)));
      const attributes = [
        intAttribute(native.binding, 'num_slots', plan.slots.length),
        intAttribute(native.binding, 'ring_size', ringSize),
        intAttribute(native.binding, 'level', level),
      ];
      const inputs = [...gradients, tables.packed.indices, tables.packed.scales];
      const found = native.executeSingleOutput('RingGenerateGrad', attributes, inputs);
      expect(bytesOf(found)).toEqual(Buffer.from(gradientInOrder(plan, gradients).buffer));
      tables.dispose();
    }
  });

  test('the same bits for any number of threads', async () => {
    const script = `
      import { createHash } from 'node:crypto';
      import * as tf from '@tensorflow/tfjs';
      import { createRng, createWeightSource, SlotCollector } from 'rpg-core';
      import { loadBackend } from './dist/index.js';
      await loadBackend({ device: 'tensorflow' });
      const slots = new SlotCollector();
      const initializer = { kind: 'normal', standardDeviation: 0.1 };
      for (const size of [30011, 7, 50021]) slots.declare({ name: 's' + size, shape: [size], role: 'backbone', initializer });
      const source = createWeightSource(slots.slots, { kind: 'ring', ringSize: 10007 }, createRng('threads'));
      const { grads } = tf.variableGrads(() => {
        const weights = source.generate();
        return tf.addN(source.slots.map((slot) => tf.sum(tf.square(weights.get(slot)))));
      });
      console.log(createHash('sha256').update(Object.values(grads)[0].dataSync()).digest('hex'));
    `;
    const runs = await runWithThreads(script, [1, 2, 20]);
    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(runs[0]!.stdout).toMatch(/^[0-9a-f]{64}\n$/);
    expect(new Set(runs.map(({ stdout }) => stdout)).size).toBe(1);
  });

  test('leaves no tensors behind', () => {
    const generator = new Generator(planOf(100, 'even'));
    const ring = tf.tensor1d(normals(100));
    const run = (): void => {
      tf.dispose(generator.generate(ring));
      tf.grad((w) => tf.sum(generator.generate(w as tf.Tensor1D)[1]!))(ring).dispose();
    };
    run();
    const before = tf.memory().numTensors;
    run();
    expect(tf.memory().numTensors).toBe(before);
    generator.dispose();
  });

  describe.skipIf(!hasBfloat16(readSimd()))('in bfloat16', () => {
    const sumIn = (kernels: readonly tf.Tensor[], slots: readonly number[]): tf.Scalar =>
      tf.addN(slots.map((slot) => tf.sum(castTo(kernels[slot]!, 'float32'))));

    test('the kernels are those of float32, rounded', () => {
      const generator = new Generator(planOf(5003, 'even'));
      const ring = tf.tensor1d(normals(5003));
      const rounded = generator.generate(ring).map((kernel) => castTo(kernel, 'bfloat16'));
      generator.generate(ring, 'bfloat16').forEach((kernel, i) => {
        expect(kernel.shape).toEqual(rounded[i]!.shape);
        expect(bytesOf(castTo(kernel, 'float32'))).toEqual(bytesOf(castTo(rounded[i]!, 'float32')));
      });
      generator.dispose();
    });

    test.each([[[0, 1, 2, 3]], [[2]]])('the gradient is that through casts, when slots %j are read', (read) => {
      const generator = new Generator(planOf(611, 'even'));
      const ring = tf.tensor1d(normals(611));
      const direct = tf.grad((w) => sumIn(generator.generate(w as tf.Tensor1D, 'bfloat16'), read))(ring);
      const cast = (w: tf.Tensor): tf.Tensor[] =>
        generator.generate(w as tf.Tensor1D).map((kernel) => castTo(kernel, 'bfloat16'));
      expect(bytesOf(direct)).toEqual(bytesOf(tf.grad((w) => sumIn(cast(w), read))(ring)));
      expect(direct.dataSync().some((value) => value !== 0)).toBe(true);
      generator.dispose();
    });

    test('a training step gives the same numbers by generate() as by generate(bfloat16), and leaves no tensors', () => {
      const model = resnet({ depth: 18, width: 16, numClasses: 10, stem: 'cifar', precision: 'bfloat16' });
      const source = createWeightSource(model.slots, { kind: 'ring', ringSize: 0.3 }, createRng('step'));
      const images = tf.tensor4d(normals(2 * 16 * 16 * 3), [2, 16, 16, 3]);
      const gradientsOf = (precision: 'float32' | 'bfloat16'): Buffer[] => {
        const run = (): tf.Scalar => tf.sum(model.apply(source.generate(precision), images, { isTraining: true }));
        const { value, grads } = tf.tidy(() => tf.variableGrads(run));
        const bytes = [value, ...Object.values(grads)].map(bytesOf);
        tf.dispose([value, grads]);
        return bytes;
      };
      const direct = gradientsOf('bfloat16');
      const before = tf.memory().numTensors;
      expect(gradientsOf('float32')).toEqual(direct);
      expect(gradientsOf('bfloat16')).toEqual(direct);
      expect(tf.memory().numTensors).toBe(before);
      source.dispose();
    });
  });

  test('an index outside the ring never reaches the operation', () => {
    const plan = { ...planOf(100, 'even'), ringSize: 99 };
    const generator = new Generator(plan);
    expect(() => generator.generate(tf.tensor1d(normals(99)))).toThrow(
      /^Weight \d+ of the plan uses element 99, but the ring has 99\.$/,
    );
  });
});

/** Σ Rᵀ dK in float32, each element's sum in the order of positions. */
function gradientInOrder(plan: GenerationPlan, gradients: readonly tf.Tensor[]): Float32Array {
  const total = new Float32Array(plan.ringSize);
  plan.slots.forEach(({ offset, scale }, i) => {
    gradients[i]!.dataSync<'float32'>().forEach((value, at) => {
      const signed = plan.signedIndices[offset + at]!;
      const scaled = Math.fround(value * scale);
      total[signed & 0x7fffffff]! += signed < 0 ? -scaled : scaled;
    });
  });
  return total;
}
