import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { smallSource } from '../../test/small-models.js';
import { unpackModel } from './load-model.js';
import { MANIFEST_FILE } from './model-file.js';
import { encodeSafetensors } from './safetensors.js';
import { packModel, packModelFolder } from './save-model.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

test('bytes and folders that are no model', async () => {
  await expect(unpackModel(encodeSafetensors(new Map()))).rejects.toThrow(
    new TypeError("Not a model of rpg-core: the safetensors metadata lack 'rpg-model'."),
  );
  await expect(unpackModel(new Uint8Array(3))).rejects.toThrow('Not a safetensors file: 3 bytes, expected at least 8.');
  await expect(unpackModel(new Map())).rejects.toThrow(
    new TypeError('Not a model of rpg-core: the folder lacks manifest.json.'),
  );
  const folder = await packModelFolder(smallSource());
  folder.set(MANIFEST_FILE, Uint8Array.of(0xff));
  await expect(unpackModel(folder)).rejects.toThrow(
    new TypeError('Not a model of rpg-core: the manifest is not UTF-8.'),
  );
});

test('models come as bytes of some kind, from nowhere else', async () => {
  const bytes = await packModel(smallSource());
  const { source } = await unpackModel(bytes.buffer);
  expect(source.ringSize).toBe(18);
  const padded = new Uint8Array(bytes.length + 8);
  padded.set(bytes, 8);
  await expect(unpackModel(new DataView(padded.buffer, 8))).resolves.toBeDefined();
  const load = unpackModel as unknown as (packed: unknown) => Promise<unknown>;
  await expect(load(Promise.resolve(bytes))).rejects.toThrow(
    'Expected a Uint8Array or ArrayBuffer (one file) or a Map from names to bytes (a folder), got a promise; await it.',
  );
  await expect(load('model.safetensors')).rejects.toThrow('got string.');
  await expect(load(new TextEncoder().encode('<!doctype html>'))).rejects.toThrow(
    "Not a model of rpg-core: the file starts with '<'; is it an error page?",
  );
});
