import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { runWithThreads } from '../../../test/child-process.js';
import { isTensorflowHere } from '../../../test/native-here.js';
import { castHandle } from '../../backend/bfloat16-handles.js';
import { loadBackend } from '../../backend/load-backend.js';
import { asNative, type NativeBackend } from '../../backend/native-backend.js';
import { readSimd } from '../../backend/simd.js';
import { precisionType } from '../activation-type.js';
import { intAttribute } from '../attributes.js';
import { hasDirectConvolution, isFasterDirectly } from './direct-conv.js';
import { type BehindConvolution, frozenConvAttributes } from './frozen-conv-attributes.js';

test.each([
  { why: 'few pixels', result: [1, 32, 32, 16], expected: true },
  { why: 'a single block', result: [1, 4, 4, 512], expected: true },
  { why: 'many pixels', result: [2, 32, 32, 16], expected: false },
  { why: 'rows that are no quads', result: [1, 8, 6, 16], expected: false },
  { why: 'images that are no blocks', result: [1, 3, 4, 16], expected: false },
  { why: 'channels beside the panels', result: [1, 4, 4, 24], expected: false },
])('$why: $expected', ({ result, expected }) => {
  expect(isFasterDirectly(result)).toBe(expected);
});

describe.skipIf(!isTensorflowHere || !readSimd().includes('avx512_bf16'))('on TensorFlow', () => {
  let native: NativeBackend;
  beforeAll(async () => {
    await loadBackend({ device: 'tensorflow' });
    native = asNative(tf.backend());
  });

  test('is not used where the processor cannot, or has something better', () => {
    expect(hasDirectConvolution(native)).toBe(!readSimd().includes('amx_bf16'));
    expect(hasDirectConvolution(native, ['avx512f'])).toBe(false);
    expect(hasDirectConvolution(native, [...readSimd(), 'amx_bf16'])).toBe(false);
  });

  test('is not used where the operation fails', () => {
    const failing = Object.create(native, {
      executeSingleOutput: {
        value: () => {
          throw new Error('no code');
        },
      },
    }) as NativeBackend;
    const before = tf.memory().numTensors;
    expect(hasDirectConvolution(failing, ['avx512_bf16'])).toBe(false);
    expect(tf.memory().numTensors).toBe(before);
  });

  const half = (x: tf.Tensor): tf.Tensor => castHandle(native, x, 'bfloat16');
  const full = (x: tf.Tensor): tf.Tensor => castHandle(native, x, 'float32');
  /** Rounded to bfloat16, so that the operation is given the same numbers as the definition. */
  const random = <R extends tf.Rank>(shape: number[], seed: number): tf.Tensor<R> =>
    full(half(tf.randomNormal(shape, 0, 1, 'float32', seed))) as tf.Tensor<R>;
  const packed = (kernel: tf.Tensor): tf.Tensor => native.executeSingleOutput('DirectKernel', [], [kernel]);

  interface Settings extends BehindConvolution {
    readonly stride?: number;
    readonly padding?: number;
    readonly bias?: tf.Tensor;
    readonly addition?: tf.Tensor;
  }
  /** @returns float32 */
  const run = (x: tf.Tensor, kernel: tf.Tensor, settings: Settings = {}): tf.Tensor => {
    const { stride = 1, padding = 0, bias, addition } = settings;
    const attributes = [
      precisionType(native, 'bfloat16'),
      intAttribute(native.binding, 'stride', stride),
      intAttribute(native.binding, 'padding', padding),
      ...frozenConvAttributes(native, settings),
    ];
    const behind = [bias, addition].filter((input) => input !== undefined).map(half);
    return full(native.executeSingleOutput('FrozenDirectConv2D', attributes, [half(x), kernel, ...behind]));
  };
  const byDefinition = (x: tf.Tensor4D, kernel: tf.Tensor4D, { stride = 1, padding = 0 }: Settings): tf.Tensor4D => {
    const around = [padding, padding] as [number, number];
    return tf.conv2d(tf.pad(x, [[0, 0], around, around, [0, 0]]), kernel, stride, 'valid');
  };

  // Sizes of the result: rows of quads, images of blocks.
  const results = fc.constantFrom([4, 4], [2, 8], [8, 4], [12, 4], [8, 8], [6, 16], [1, 16]);

  test('as by the definition, with all that stands behind, but for one rounding', () => {
    fc.assert(
      fc.property(
        fc.record({
          batch: fc.integer({ min: 1, max: 3 }),
          result: results,
          channels: fc.integer({ min: 1, max: 20 }),
          panels: fc.integer({ min: 1, max: 5 }),
          side: fc.integer({ min: 1, max: 5 }),
          stride: fc.integer({ min: 1, max: 3 }),
          padding: fc.integer({ min: 0, max: 3 }),
          hasBias: fc.boolean(),
          hasAddition: fc.boolean(),
          hasRelu: fc.boolean(),
          seed: fc.nat(),
        }),
        ({ batch, result, channels, panels, side, stride, padding, hasBias, hasAddition, hasRelu, seed }) => {
          const [height, width] = result.map((size) => (size - 1) * stride + side - 2 * padding) as [number, number];
          fc.pre(height > 0 && width > 0);
          tf.tidy(() => {
            const x = random<tf.Rank.R4>([batch, height, width, channels], seed);
            const kernel = random<tf.Rank.R4>([side, side, channels, 16 * panels], seed + 1);
            const settings: Settings = {
              stride,
              padding,
              hasRelu,
              ...(hasBias && { bias: random([16 * panels], seed + 2) }),
              ...(hasAddition && { addition: random([batch, ...result, 16 * panels], seed + 3) }),
            };
            const terms = [byDefinition(x, kernel, settings), settings.bias, settings.addition];
            const sum = terms.reduce<tf.Tensor>((total, term) => (term ? tf.add(total, term) : total), tf.scalar(0));
            const found = run(x, packed(kernel), settings);
            const expected = hasRelu ? tf.relu(sum) : sum;
            expect(found.shape).toEqual(expected.shape);
            const [numbers, wanted] = [found.dataSync(), expected.dataSync()];
            // Half a unit of bfloat16's last place, and float32's own error in sums of up to 500 products.
            numbers.forEach((value, i) => {
              expect(Math.abs(value - wanted[i]!)).toBeLessThanOrEqual(Math.abs(wanted[i]!) / 256 + 1e-4);
            });
          });
        },
      ),
      { numRuns: 60 },
    );
  });

  test('kernels of one number move the image', () => {
    const x = tf.reshape(tf.range(1, 17), [1, 4, 4, 1]);
    const taps = tf.buffer([3, 3, 1, 16]);
    taps.set(1, 0, 2, 0, 5); // one down, one to the left
    const channel = tf.slice(run(x, packed(taps.toTensor()), { padding: 1 }), [0, 0, 0, 5], [1, 4, 4, 1]);
    // prettier-ignore
    expect([...channel.dataSync()]).toEqual([
      0, 0, 0, 0,
      2, 3, 4, 0,
      6, 7, 8, 0,
      10, 11, 12, 0,
    ]);
  });

  test('an image has the same bits alone and among others', () => {
    const x = random([5, 8, 8, 32], 1);
    const kernel = packed(random([3, 3, 32, 48], 2));
    const all = tf.unstack(run(x, kernel, { padding: 1 }));
    for (const i of [0, 2, 4]) {
      const alone = run(tf.slice(x, [i, 0, 0, 0], [1, 8, 8, 32]), kernel, { padding: 1 });
      expect([...alone.dataSync()]).toEqual([...all[i]!.dataSync()]);
    }
  });

  test('the same bits for any number of threads', async () => {
    const script = `
      import { createHash } from 'node:crypto';
      import * as tf from '@tensorflow/tfjs';
      import { freeze, loadBackend } from './dist/index.js';
      await loadBackend({ device: 'tensorflow' });
      const x = tf.randomNormal([1, 16, 16, 3], 0, 1, 'float32', 1);
      const kernels = [3, 48].map((channels, i) => tf.randomNormal([3, 3, channels, 48], 0, 1, 'float32', 2 + i));
      const network = (y) => [kernels.reduce((z, kernel) => tf.conv2d(z, kernel, 1, 'same'), y)];
      const frozen = freeze(network, x, { precision: 'bfloat16' });
      const runs = Array.from({ length: 20 }, () => frozen.run(x)[0].dataSync());
      console.log(...new Set(runs.map((values) => createHash('sha256').update(values).digest('hex'))));
    `;
    const runs = await runWithThreads(script, [1, 2, 7]);
    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(runs[0]!.stdout).toMatch(/^[0-9a-f]{64}\n$/);
    expect(new Set(runs.map(({ stdout }) => stdout)).size).toBe(1);
  });

  test('what is no number stays so behind a ReLU', () => {
    const found = run(tf.fill([1, 4, 4, 2], NaN), packed(tf.ones([1, 1, 2, 16])), { hasRelu: true });
    expect(found.dataSync().every(Number.isNaN)).toBe(true);
  });

  test.each<{ kernel: number[]; x?: number[]; settings?: () => Settings; message: RegExp }>([
    { kernel: [3, 3, 4, 16], message: /kernel has to be DirectKernel's, for the channels of x/ },
    { kernel: [1, 1, 2, 16], x: [1, 4, 6, 2], message: /result has to have a multiple of 16 pixels, and of 4 in a/ },
    { kernel: [1, 1, 2, 16], x: [1, 3, 4, 2], message: /result has to have a multiple of 16 pixels, and of 4 in a/ },
    { kernel: [5, 5, 2, 16], message: /result has to have a multiple of 16 pixels, and of 4 in a/ },
    { kernel: [1, 1, 2, 16], settings: () => ({ bias: tf.zeros([8]) }), message: /bias has to have one number a/ },
    { kernel: [1, 1, 2, 16], settings: () => ({ addition: tf.zeros([1, 4, 4, 32]) }), message: /addition has to have/ },
  ])('refuses what does not fit: $message', ({ kernel, x = [1, 4, 4, 2], settings, message }) => {
    expect(() => run(tf.zeros(x), packed(tf.zeros(kernel)), settings?.())).toThrow(message);
  });

  test('kernels of other sizes are not packed', () => {
    expect(() => packed(tf.zeros([3, 1, 2, 16]))).toThrow(/kernel has to be \[side, side, in, out\], out a multiple/);
    expect(() => packed(tf.zeros([3, 3, 2, 8]))).toThrow(/kernel has to be \[side, side, in, out\], out a multiple/);
  });
});
