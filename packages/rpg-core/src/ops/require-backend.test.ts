import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { dense } from '../layers/dense.js';
import { createRng } from '../ring/rng.js';
import { unpackLayersModel } from '../tf-layers/model-file/unpack-layers-model.js';
import { rpgRing } from '../tf-layers/ring-fed-layers.js';
import { SlotCollector } from '../weights/slot.js';
import { createWeightSource } from '../weights/weight-source.js';
import { requireVersion } from './require-backend.js';

const MESSAGE = "TensorFlow.js has no backend; import '@tensorflow/tfjs' or a backend package first.";

test('without a backend every door says so', async () => {
  const slots = new SlotCollector();
  dense(slots, { name: 'a', inFeatures: 2, outFeatures: 2, role: 'backbone' });
  expect(() => createWeightSource(slots.slots, { kind: 'ring', ringSize: 2 }, createRng(1))).toThrow(MESSAGE);
  const ring = rpgRing({ ringSize: 2, seed: 1 });
  expect(() => {
    ring.build([null, 2]);
  }).toThrow(MESSAGE);
  await expect(unpackLayersModel(new Uint8Array())).rejects.toThrow(MESSAGE);
});

test('a TensorFlow.js of another version is named', async () => {
  const { peerDependencies } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as {
    peerDependencies: Record<string, string>;
  };
  expect(new Set(Object.values(peerDependencies))).toEqual(new Set(['^4.10.0']));
  for (const version of ['4.10.0', '4.22.0', '4.23.0-rc.0']) {
    expect(() => {
      requireVersion('@tensorflow/tfjs-core', version);
    }).not.toThrow();
  }
  for (const version of ['4.9.0', '3.21.0', '5.0.0', '0.0.0', '']) {
    expect(() => {
      requireVersion('@tensorflow/tfjs-core', version);
    }).toThrow(
      `rpg-core needs @tensorflow/tfjs-core from 4.10 to below 5, found ${version}; install @tensorflow/tfjs@4.`,
    );
  }
});
