import '@tensorflow/tfjs';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { relu } from '../layers/activations.js';
import { batchNorm } from '../layers/batch-norm.js';
import { conv2d } from '../layers/conv2d.js';
import { dense } from '../layers/dense.js';
import { globalAveragePool, maxPool2d } from '../layers/pooling.js';
import { createRng } from '../ring/rng.js';
import { SlotCollector } from '../weights/slot.js';
import { createWeightSource } from '../weights/weight-source.js';

beforeAll(() => {
  const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json');
  setWasmPaths(join(dirname(entry), 'dist') + sep);
});

/** Gradients of everything trainable in a small network, on one backend. */
async function gradientsOn(backend: string, options: { kernelSize: number; stride: number; size: number }) {
  await tf.setBackend(backend);
  const { kernelSize, stride, size } = options;
  const slots = new SlotCollector();
  const conv = conv2d(slots, { name: 'conv', inChannels: 2, outChannels: 3, kernelSize, stride });
  const norm = batchNorm(slots, { name: 'norm', numChannels: 3 });
  const head = dense(slots, { name: 'head', inFeatures: 3, outFeatures: 2 });
  const source = createWeightSource(slots.slots, { kind: 'ring', ringSize: 0.5 }, createRng(1));
  const rng = createRng('image');
  const x = tf.tensor4d(new Float32Array(2 * size * size * 2).map(() => rng.normal()), [2, size, size, 2]); // prettier-ignore
  const { grads } = tf.variableGrads(() => {
    const context = { weights: source.generate(), isTraining: true };
    const features = maxPool2d(relu(norm(conv(x, context), context)), 3, 2, 1);
    return tf.sum(tf.square(head(globalAveragePool(features), context)));
  });
  const values = [...source.trainables.values()].map((variable) => [...grads[variable.name]!.dataSync()]);
  source.dispose();
  return values;
}

test.each([
  { kernelSize: 3, stride: 1, size: 5 },
  { kernelSize: 3, stride: 2, size: 6 },
  { kernelSize: 3, stride: 2, size: 7 },
  { kernelSize: 1, stride: 2, size: 6 },
  { kernelSize: 7, stride: 2, size: 9 },
])(
  'WebAssembly trains as the plain backend does: $kernelSize×$kernelSize, stride $stride, $size pixels',
  async (options) => {
    const expected = await gradientsOn('cpu', options);
    const found = await gradientsOn('wasm', options);
    expect(found.length).toBe(expected.length);
    expected.flat().forEach((value, i) => {
      expect(Math.abs(found.flat()[i]! - value)).toBeLessThan(1e-4 * (1 + Math.abs(value)));
    });
  },
);
