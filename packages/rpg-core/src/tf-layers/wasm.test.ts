import '@tensorflow/tfjs';
import { createRequire } from 'node:module';
import path from 'node:path';
import * as wasm from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { expect, test } from 'vitest';
import { rpgConv2d, rpgConv2dTranspose, rpgDense, rpgRing } from './ring-fed-layers.js';

test('convolutions on a ring train on WebAssembly as on the plain backend', async () => {
  const require = createRequire(import.meta.url);
  wasm.setWasmPaths(path.join(path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'dist/'));
  const lossesOn = async (backend: string): Promise<number[]> => {
    expect(await tf.setBackend(backend)).toBe(true);
    const model = tfl.sequential({
      layers: [
        rpgRing({ ringSize: 100, seed: 'wasm', inputShape: [6, 6, 2] }),
        rpgConv2d({ filters: 4, kernelSize: 3, strides: 2, activation: 'relu' }),
        rpgConv2d({ filters: 4, kernelSize: 1, groups: 2 }),
        rpgConv2dTranspose({ filters: 2, kernelSize: 2, strides: 2 }),
        tfl.layers.flatten(),
        rpgDense({ units: 2 }),
      ],
    });
    model.compile({ optimizer: tf.train.sgd(0.05), loss: 'meanSquaredError' });
    const x = tf.randomNormal([4, 6, 6, 2], 0, 1, 'float32', 1);
    const { history } = await model.fit(x, tf.ones([4, 2]), { epochs: 4, shuffle: false });
    model.dispose();
    return history.loss!.map(Number);
  };
  const [plain, webAssembly] = [await lossesOn('cpu'), await lossesOn('wasm')];
  expect(plain.at(-1)).toBeLessThan(plain[0]!);
  webAssembly.forEach((loss, epoch) => {
    expect(loss).toBeCloseTo(plain[epoch]!, 4);
  });
});
