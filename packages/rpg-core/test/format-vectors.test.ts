// The files of docs/format never change; WRITE_FORMAT_VECTORS=1 writes those of a new kind.
import '@tensorflow/tfjs';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { expect, test } from 'vitest';
import { formatVectors } from './format-vectors.js';

const isOther = (tfl.version_layers as string) !== '4.22.0';
const fileOf = (name: string): string => fileURLToPath(new URL(`../../../docs/format/${name}`, import.meta.url));

test('streams, index arrays and models are those of docs/format, bit for bit', async () => {
  await tf.setBackend('cpu');
  const files = await formatVectors();
  for (const [name, bytes] of files) {
    const file = fileOf(name);
    if (process.env.WRITE_FORMAT_VECTORS === '1' && !existsSync(file)) writeFileSync(file, bytes);
    if (name.startsWith('layers-') && isOther) continue; // its topology names the version
    expect(Buffer.compare(readFileSync(file), bytes), name).toBe(0);
  }
  expect(files.size).toBe(8);
});
