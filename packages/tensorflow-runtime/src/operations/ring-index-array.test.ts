import { createHash } from 'node:crypto';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { createRng, drawIndexArray, type IndexArrayOptions, planRing, SlotCollector } from 'rpg-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { isTensorflowHere } from '../../test/native-here.js';
import { loadBackend } from '../backend/load-backend.js';

/** The index array of a plan, for which the backend is asked. */
function planned({ numGenerated, ...options }: IndexArrayOptions, seed: string): Int32Array {
  const slots = new SlotCollector();
  const initializer = { kind: 'normal', standardDeviation: 1 } as const;
  slots.declare({ name: 'slot', shape: [numGenerated], role: 'backbone', initializer });
  return planRing(slots.slots, options, createRng(seed)).signedIndices;
}

/** As bytes, which compare faster than numbers. */
const bytesOf = ({ buffer, byteOffset, byteLength }: Int32Array): Buffer => Buffer.from(buffer, byteOffset, byteLength);

describe.skipIf(!isTensorflowHere)('index arrays by a TensorFlow operation of our own', () => {
  beforeAll(async () => {
    await loadBackend({ device: 'tensorflow' });
  });

  test.each([
    [1, 65_537, true],
    [65_537, 65_537, true],
    [40_000, 131_072, false],
    [131_071, 131_073, true],
    [300_000, 1_000_003, true],
    [5_000_000, 200_000, true], // a ring that is not used up
  ])('N = %d, M = %d, signs %s: the bits of plain arithmetic', (ringSize, numGenerated, reflect) => {
    const options = { ringSize, numGenerated, reflect };
    const expected = drawIndexArray(options, createRng('seed'));
    expect(bytesOf(planned(options, 'seed')).equals(bytesOf(expected))).toBe(true);
  });

  test('ResNet34 at half its size: the array of the golden hash in rpg-core', () => {
    const drawn = planned({ ringSize: 11_160_576, numGenerated: 21_258_240 }, 'golden');
    const hash = createHash('sha256').update(bytesOf(drawn)).digest('hex');
    expect(hash).toBe('6af591c1f8e84c569b44f06d9eefc5d7cd03eaed0ab4efb1b493f62f85ce1cd6');
  });

  test('any sizes and seed: the bits of plain arithmetic', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300_000 }),
        fc.integer({ min: 65_537, max: 300_000 }),
        fc.string({ minLength: 1 }),
        (ringSize, numGenerated, seed) => {
          const options = { ringSize, numGenerated };
          const expected = drawIndexArray(options, createRng(seed));
          expect(bytesOf(planned(options, seed)).equals(bytesOf(expected))).toBe(true);
        },
      ),
      { numRuns: 20 },
    );
  });

  test('the operation is called where it serves, and leaves no tensors behind', () => {
    const before = tf.memory().numTensors;
    expect(operationsIn(() => planned({ ringSize: 1000, numGenerated: 70_000 }, 'a'))).toContain('RpgIndexArray');
    const others = operationsIn(() => {
      planned({ ringSize: 1000, numGenerated: 65_536 }, 'a');
      planned({ ringSize: 1000, numGenerated: 70_000, sampling: 'sequential' }, 'a');
    });
    expect(others).toEqual([]);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('sizes that are none never reach it', () => {
    const message = 'drawIndexArray: ringSize is 0, expected an integer from 1 to 1073741824.';
    expect(() => planned({ ringSize: 0, numGenerated: 70_000 }, 'a')).toThrow(new RangeError(message));
  });

  test('states of the wrong shape are refused', () => {
    const run = (shape: [number, number]): tf.Tensor =>
      tf
        .engine()
        .runKernel(
          'RpgIndexArray',
          { states: tf.zeros(shape, 'int32') },
          { ringSize: 9, numGenerated: 9, reflect: true },
        );
    const message = 'states have to be 3 + B rows of 4, with B a power of two up to 2^16';
    for (const shape of [
      [3, 4],
      [6, 4],
      [5, 3],
    ] as const)
      expect(() => run([...shape])).toThrow(message);
  });
});

/** The names of the operations that run. */
function operationsIn(run: () => unknown): string[] {
  const names: string[] = [];
  const runKernel = tf.engine().runKernel.bind(tf.engine());
  tf.engine().runKernel = (name, ...rest) => {
    names.push(name);
    return runKernel(name, ...rest);
  };
  try {
    run();
    return names;
  } finally {
    tf.engine().runKernel = runKernel;
  }
}
