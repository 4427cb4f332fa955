import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { isTensorflowHere } from '../../test/native-here.js';
import { loadBackend } from '../backend/load-backend.js';
import { freeze } from './freeze.js';

describe.skipIf(!isTensorflowHere)('on TensorFlow', () => {
  beforeAll(async () => {
    await loadBackend({ device: 'tensorflow' });
  });

  test('leaves no tensors behind', () => {
    const x = tf.zeros([3]);
    const before = tf.memory().numTensors;
    const frozen = freeze((y) => [tf.exp(tf.mul(y, 2))], x);
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose(frozen.run(x));
    frozen.dispose();
    frozen.dispose();
    expect(tf.memory().numTensors).toBe(before);
    expect(() => frozen.run(x)).toThrow(new Error('This frozen function was disposed.'));
  });

  test.each([
    { given: () => tf.zeros([2, 3]), name: 'float32 [2, 3]' },
    { given: () => tf.zeros([3, 2], 'int32'), name: 'int32 [3, 2]' },
  ])('refuses $name', ({ given, name }) => {
    const frozen = freeze((x) => [tf.neg(x)], tf.zeros([3, 2]));
    expect(() => frozen.run(given())).toThrow(
      new RangeError(`A frozen function was given ${name}, expected float32 [3, 2].`),
    );
  });
});
