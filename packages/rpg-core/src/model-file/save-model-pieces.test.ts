import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { smallSource } from '../../test/small-models.js';
import { packModelFolder } from './save-model.js';
import { packModelFolderPieces } from './save-model-pieces.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

test('a folder in pieces has the bytes of the folder', async () => {
  const source = smallSource();
  const pieces = await packModelFolderPieces(source, { ringFormat: 'int8' });
  const joined = [...pieces].map(([name, parts]) => [name, Buffer.concat(parts)] as const);
  const whole = await packModelFolder(source, { ringFormat: 'int8' });
  expect(joined).toEqual([...whole].map(([name, bytes]) => [name, Buffer.from(bytes)] as const));
});
