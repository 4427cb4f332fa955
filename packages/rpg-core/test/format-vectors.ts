// What an implementation of docs/format.md is held against: streams, index arrays and small models, each the same for ever.
import { createHash } from 'node:crypto';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import {
  createRng,
  createWeightSource,
  drawIndexArray,
  type IndexArrayOptions,
  packModel,
  SlotCollector,
  unpackModel,
  type WeightSourceConfig,
} from '../src/index.js';
import { toPlain } from '../src/tf-layers/convert/to-plain.js';
import { packLayersModel, rpgify, unpackLayersModel } from '../src/tf-layers/index.js';

const sha256 = (data: ArrayBufferView): string =>
  createHash('sha256')
    .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    .digest('hex');

const paths = [
  'a',
  '7',
  '0/ring',
  'Grüße 🌍',
  'a path that is longer than the two hundred and fifty-six bytes of a key, '.repeat(5),
];

const arrays: readonly (IndexArrayOptions & { readonly path: string })[] = [
  { path: 'one/ring', ringSize: 7, numGenerated: 20 },
  { path: 'whole/ring', ringSize: 10, numGenerated: 30, reflect: false },
  { path: 'uneven/ring', ringSize: 1000, numGenerated: 5000, sampling: 'uneven' },
  { path: 'sequential/ring', ringSize: 12, numGenerated: 50, sampling: 'sequential' },
  { path: 'one element/ring', ringSize: 1, numGenerated: 100 },
  { path: 'buckets/ring', ringSize: 70_001, numGenerated: 300_000 },
];

/** `vectors.json`: numbers as they are where they are few, else the SHA-256 of their bytes (int32 and uint32, little-endian). */
function vectors(): object {
  return {
    streams: paths.map((path) => {
      const words = new Uint32Array(1000);
      createRng(path).fillUint32(words);
      return { path, first: [...words.subarray(0, 4)], sha256: sha256(words) };
    }),
    indexArrays: arrays.map(({ path, ...options }) => {
      const signed = drawIndexArray(options, createRng(path));
      return {
        path,
        sampling: 'even',
        reflect: true,
        ...options,
        first: [...signed.subarray(0, 8)],
        sha256: sha256(signed),
      };
    }),
  };
}

function slots() {
  const collector = new SlotCollector();
  const normal = (standardDeviation: number) => ({ kind: 'normal', standardDeviation }) as const;
  collector.declare({ name: 'stem/kernel', shape: [3, 3, 1, 4], role: 'stem', initializer: normal(0.3) });
  collector.declare({ name: 'one/kernel', shape: [3, 3, 4, 4], role: 'backbone', initializer: normal(0.2) });
  collector.declare({ name: 'one/gamma', shape: [4], role: 'norm', initializer: { kind: 'constant', value: 1 } });
  collector.declare({ name: 'two/kernel', shape: [3, 3, 4, 4], role: 'backbone', initializer: normal(0.1) });
  collector.declare({ name: 'three/kernel', shape: [8, 5], role: 'backbone', initializer: normal(0.5) });
  return collector.slots;
}

const sources: Readonly<Record<string, WeightSourceConfig>> = {
  global: { kind: 'ring', ringSize: 60 },
  local: { kind: 'ring', ringSize: 0.5, ringOf: (slot) => slot.name.split('/')[0]!, reflect: false },
  shared: { kind: 'shared', keyOf: (slot) => (slot.name === 'two/kernel' ? 'one/kernel' : slot.name) },
};

/** Files by name; `weights.json` has the SHA-256 of each weight's bytes (float32, little-endian) by file and name. */
export async function formatVectors(): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  const hashes: Record<string, Record<string, string>> = {};
  for (const [name, config] of Object.entries(sources)) {
    const source = createWeightSource(slots(), config, createRng('format'));
    for (const variable of source.trainables.values()) variable.assign(sines(variable.shape));
    for (const ringFormat of ['float32', 'float16', 'int8'] as const) {
      if (name !== 'global' && ringFormat !== 'float32') continue;
      const file = `${name}-${ringFormat}.safetensors`;
      files.set(file, await packModel(source, { ringFormat, metadata: { title: 'Größe' } }));
      hashes[file] = await hashesOf(files.get(file)!);
    }
    source.dispose();
  }
  files.set('layers-float32.safetensors', await layersModel());
  hashes['layers-float32.safetensors'] = await hashesOfLayers(files.get('layers-float32.safetensors')!);
  const text = (value: object): Uint8Array => new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);
  return new Map([['vectors.json', text(vectors())], ['weights.json', text(hashes)], ...files]);
}

async function hashesOf(file: Uint8Array): Promise<Record<string, string>> {
  const { source } = await unpackModel(file);
  const weights = source.generate();
  const hashes = Object.fromEntries(source.slots.map((slot) => [slot.name, sha256(weights.get(slot).dataSync())]));
  weights.dispose();
  source.dispose();
  return hashes;
}

/** Of three decimals: what is drawn from a normal distribution hangs on the last bits of logarithms and sines. */
function sines(shape: number[]): tf.Tensor {
  const values = Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => Math.round(1000 * Math.sin(i)) / 1000);
  return tf.tensor(values, shape, 'float32');
}

async function layersModel(): Promise<Uint8Array> {
  const { layers } = tfl;
  const plain = tfl.sequential({
    name: 'format',
    layers: [
      layers.conv2d({ filters: 3, kernelSize: 2, inputShape: [4, 4, 2], name: 'conv' }),
      layers.batchNormalization({ name: 'norm' }),
      layers.flatten({ name: 'flat' }),
      layers.dense({ units: 5, name: 'middle' }),
      layers.dense({ units: 2, name: 'head' }),
    ],
  });
  const { model } = rpgify(plain, { ringSize: 50, seed: 'format', exclude: ['head'] });
  for (const variable of model.weights) {
    variable.write(sines(variable.shape.map(Number)));
  }
  return packLayersModel(model);
}

async function hashesOfLayers(file: Uint8Array): Promise<Record<string, string>> {
  const { model } = await unpackLayersModel(file);
  return Object.fromEntries(
    toPlain(model).weights.map((variable) => [variable.originalName, sha256(variable.read().dataSync())]),
  );
}
