import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { runWithThreads } from '../../../test/child-process.js';
import { isTensorflowHere } from '../../../test/native-here.js';
import { byTensorflow } from '../../../test/tensorflow-convolutions.js';
import { castHandle } from '../../backend/bfloat16-handles.js';
import { loadBackend } from '../../backend/load-backend.js';
import { asNative, type NativeBackend, type OpAttribute } from '../../backend/native-backend.js';
import { hasBfloat16, readSimd } from '../../backend/simd.js';
import { activationType } from '../activation-type.js';
import { boolAttribute, intAttribute } from '../attributes.js';
import { type BehindConvolution, frozenConvAttributes } from './frozen-conv-attributes.js';
import { isFasterByWinograd } from './winograd-conv.js';

const size = { image: [128, 32, 32, 16], kernel: [3, 3, 16, 16], precision: 'float32', isFrozen: false } as const;

test.each([
  { why: 'many pixels', given: size, expected: true },
  { why: 'many pixels in bfloat16', given: { ...size, precision: 'bfloat16' as const }, expected: true },
  { why: 'another kernel', given: { ...size, kernel: [5, 5, 16, 16] }, expected: false },
  { why: 'input channels beside the panels', given: { ...size, kernel: [3, 3, 24, 16] }, expected: false },
  { why: 'output channels beside the panels', given: { ...size, kernel: [3, 3, 16, 8] }, expected: false },
  { why: 'tiles that are mostly outside', given: { ...size, image: [999, 2, 2, 16] }, expected: false },
  { why: 'few pixels', given: { ...size, image: [1, 16, 16, 16] }, expected: false },
  { why: 'few pixels, frozen', given: { ...size, image: [1, 16, 16, 16], isFrozen: true }, expected: true },
  { why: 'a single tile, frozen', given: { ...size, image: [1, 4, 4, 16], isFrozen: true }, expected: false },
])('$why: $expected', ({ given, expected }) => {
  expect(isFasterByWinograd(given)).toBe(expected);
});

describe.skipIf(!isTensorflowHere)('on TensorFlow', () => {
  let native: NativeBackend;
  beforeAll(async () => {
    await loadBackend({ device: 'tensorflow' });
    native = asNative(tf.backend());
  });

  const randomNormal = (shape: number[], seed: number): tf.Tensor4D =>
    tf.randomNormal<tf.Rank.R4>(shape as [number, number, number, number], 0, 1, 'float32', seed);
  const direct = (x: tf.Tensor4D, kernel: tf.Tensor4D): tf.Tensor4D =>
    byTensorflow(() => tf.conv2d(x, kernel, 1, 'same'));
  const level = (value: number): OpAttribute => intAttribute(native.binding, 'level', value);
  /** The operations themselves, whatever is faster. */
  const winograd = (x: tf.Tensor, kernel: tf.Tensor, isGradient = false, atLevel = 4): tf.Tensor => {
    const attributes = [activationType(native, x), boolAttribute(native.binding, 'is_gradient', isGradient), level(atLevel)]; // prettier-ignore
    return native.executeSingleOutput('WinogradConv2D', attributes, [x, kernel]);
  };
  const transform = (kernel: tf.Tensor): tf.Tensor => native.executeSingleOutput('WinogradKernel', [], [kernel]);
  interface Behind extends BehindConvolution {
    readonly bias?: tf.Tensor;
    readonly addition?: tf.Tensor;
  }
  const frozen = (x: tf.Tensor, transformed: tf.Tensor, behind: Behind = {}, atLevel = 4): tf.Tensor => {
    const { bias, addition } = behind;
    const attributes = [activationType(native, x), ...frozenConvAttributes(native, behind), level(atLevel)];
    const inputs = [x, transformed, bias, addition].filter((input) => input !== undefined);
    return native.executeSingleOutput('FrozenWinogradConv2D', attributes, inputs);
  };
  /** The largest difference, as a share of the largest number of `expected`. */
  const differenceOf = (found: tf.Tensor, expected: tf.Tensor): number =>
    tf.tidy(() => tf.div(tf.max(tf.abs(tf.sub(found, expected))), tf.max(tf.abs(expected))).dataSync()[0]!);

  const shapes = fc.record({
    batch: fc.integer({ min: 1, max: 3 }),
    height: fc.integer({ min: 1, max: 14 }),
    width: fc.integer({ min: 1, max: 14 }),
    inPanels: fc.integer({ min: 1, max: 3 }),
    outPanels: fc.integer({ min: 1, max: 6 }),
    seed: fc.nat(),
  });

  // The levels of x86-64: AVX-512, AVX2, and what every processor has. Lower ones run on all.
  test.each([4, 3, 2])('level %i: as by the definition, with all that stands behind', (atLevel) => {
    fc.assert(
      fc.property(shapes, fc.boolean(), ({ batch, height, width, inPanels, outPanels, seed }, hasRelu) => {
        tf.tidy(() => {
          const x = randomNormal([batch, height, width, 16 * inPanels], seed);
          const kernel = randomNormal([3, 3, 16 * inPanels, 16 * outPanels], seed + 1);
          const bias = tf.randomNormal<tf.Rank.R1>([16 * outPanels], 0, 1, 'float32', seed + 2);
          const addition = randomNormal([batch, height, width, 16 * outPanels], seed + 3);
          const sum = tf.add(tf.add(direct(x, kernel), bias), addition);
          const found = frozen(x, transform(kernel), { bias, addition, hasRelu }, atLevel);
          expect(found.shape).toEqual(sum.shape);
          expect(differenceOf(found, hasRelu ? tf.relu(sum) : sum)).toBeLessThan(3e-5);
          expect(differenceOf(winograd(x, kernel, false, atLevel), direct(x, kernel))).toBeLessThan(3e-5);
          const turned = tf.transpose(tf.reverse(kernel, [0, 1]), [0, 1, 3, 2]);
          expect(differenceOf(winograd(addition, kernel, true, atLevel), direct(addition, turned))).toBeLessThan(3e-5);
        });
      }),
      { numRuns: 25 },
    );
  });

  test.each([4, 3, 2])('level %i: gradients with respect to kernels as by the definition', (atLevel) => {
    const gradientOf = (x: tf.Tensor, dy: tf.Tensor): tf.Tensor => {
      const attributes = [activationType(native, x), level(atLevel)];
      return native.executeSingleOutput('WinogradFilterGrad', attributes, [x, dy]);
    };
    fc.assert(
      fc.property(shapes, ({ batch, height, width, inPanels, outPanels, seed }) => {
        tf.tidy(() => {
          const x = randomNormal([batch, height, width, 16 * inPanels], seed);
          const dy = randomNormal([batch, height, width, 16 * outPanels], seed + 1);
          const filterShape = [3, 3, 16 * inPanels, 16 * outPanels];
          const attributes = { strides: [1, 1], pad: 'same', dataFormat: 'NHWC', filterShape };
          const expected = byTensorflow(() =>
            tf.engine().runKernel<tf.Tensor>('Conv2DBackpropFilter', { x, dy }, attributes),
          );
          const found = gradientOf(x, dy);
          expect(found.shape).toEqual(filterShape);
          expect(differenceOf(found, expected)).toBeLessThan(1e-4);
        });
      }),
      { numRuns: 25 },
    );
  });

  test('more channels than are computed at a time, with a rest', () => {
    const x = randomNormal([2, 6, 5, 1024], 1);
    const kernel = randomNormal([3, 3, 1024, 176], 2);
    const dy = randomNormal([2, 6, 5, 176], 3);
    const filterShape = kernel.shape;
    const attributes = { strides: [1, 1], pad: 'same', dataFormat: 'NHWC', filterShape };
    const gradient = byTensorflow(() =>
      tf.engine().runKernel<tf.Tensor>('Conv2DBackpropFilter', { x, dy }, attributes),
    );
    expect(differenceOf(winograd(x, kernel), direct(x, kernel))).toBeLessThan(3e-5);
    const found = native.executeSingleOutput('WinogradFilterGrad', [activationType(native, x)], [x, dy]);
    expect(differenceOf(found, gradient)).toBeLessThan(1e-4);
  });

  test('kernels of one number move the image', () => {
    const x = tf.reshape(tf.tile(tf.reshape(tf.range(1, 31), [30, 1]), [1, 16]), [1, 5, 6, 16]);
    const taps = tf.buffer([3, 3, 16, 16]);
    for (let channel = 0; channel < 16; channel++) taps.set(1, 0, 2, channel, channel); // one down, one to the left
    const found = winograd(x, taps.toTensor());
    // Rounded: zeros come out as sums of numbers of both signs.
    const first = tf.round(tf.slice(found, [0, 0, 0, 15], [1, 5, 6, 1])).dataSync();
    // prettier-ignore
    expect([...first].map((value) => value + 0)).toEqual([
      0, 0, 0, 0, 0, 0,
      2, 3, 4, 5, 6, 0,
      8, 9, 10, 11, 12, 0,
      14, 15, 16, 17, 18, 0,
      20, 21, 22, 23, 24, 0,
    ]);
  });

  test('is what tf.conv2d and its gradients run where it is faster', () => {
    const x = randomNormal([2, 17, 15, 16], 1);
    const kernel = randomNormal([3, 3, 16, 32], 2);
    const dy = randomNormal([2, 17, 15, 32], 3);
    const convolve = (): tf.Tensor[] => {
      const { value, grads } = tf.valueAndGrads((image: tf.Tensor, k: tf.Tensor) =>
        tf.sum(tf.mul(tf.conv2d(image as tf.Tensor4D, k as tf.Tensor4D, 1, 'same'), dy)),
      )([x, kernel]);
      value.dispose();
      return [tf.conv2d(x, kernel, 1, 'same'), ...grads];
    };
    const before = tf.memory().numTensors;
    const found = convolve();
    const expected = byTensorflow(convolve);
    expect(tf.memory().numTensors).toBe(before + 6);
    found.forEach((tensor, i) => {
      expect(differenceOf(tensor, expected[i]!)).toBeLessThan(3e-5);
    });
    // Rounded otherwise: it was another algorithm.
    expect(found.every((tensor, i) => differenceOf(tensor, expected[i]!) > 0)).toBe(true);
  });

  test('a pixel has the same bits alone and among others', () => {
    const x = randomNormal([40, 9, 9, 32], 1);
    const kernel = randomNormal([3, 3, 32, 48], 2);
    const all = tf.unstack(winograd(x, kernel));
    for (const i of [0, 17, 39]) {
      const alone = winograd(tf.slice(x, [i, 0, 0, 0], [1, 9, 9, 32]), kernel);
      expect([...alone.dataSync()]).toEqual([...all[i]!.dataSync()]);
    }
  });

  test('the same bits for any number of threads', async () => {
    const script = `
      import { createHash } from 'node:crypto';
      import * as tf from '@tensorflow/tfjs';
      import { loadBackend } from './dist/index.js';
      await loadBackend({ device: 'tensorflow' });
      const x = tf.randomNormal([9, 33, 31, 32], 0, 1, 'float32', 1);
      const kernel = tf.randomNormal([3, 3, 32, 48], 0, 1, 'float32', 2);
      const gradients = tf.grads((image, k) => tf.sum(tf.square(tf.conv2d(image, k, 1, 'same'))))([x, kernel]);
      console.log(gradients.map((g) => createHash('sha256').update(g.dataSync()).digest('hex')).join(' '));
    `;
    const runs = await runWithThreads(script, [1, 2, 5]);
    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(new Set(runs.map(({ stdout }) => stdout)).size).toBe(1);
  });

  test('what is no number stays so behind a ReLU', () => {
    const x = tf.fill([1, 4, 4, 16], NaN);
    const found = frozen(x, transform(tf.ones([3, 3, 16, 16])), { hasRelu: true });
    expect(found.dataSync().every(Number.isNaN)).toBe(true);
  });

  test.skipIf(!hasBfloat16(readSimd()))('in bfloat16 it is nearer to float32 than TensorFlow’s own', () => {
    const x = randomNormal([8, 12, 12, 64], 1);
    const kernel = randomNormal([3, 3, 64, 64], 2);
    const [roundX, roundKernel] = [x, kernel].map((tensor) => castHandle(native, tensor, 'bfloat16')) as tf.Tensor4D[];
    const exact = direct(x, kernel);
    const wide = (y: tf.Tensor): tf.Tensor => castHandle(native, y, 'float32');
    const own = differenceOf(wide(tf.conv2d(roundX!, roundKernel!, 1, 'same')), exact);
    expect(own).toBeLessThan(1.2 * differenceOf(wide(direct(roundX!, roundKernel!)), exact));
  });

  test.each([
    { kernel: () => tf.zeros([36, 1, 32, 16]), bias: undefined, message: /kernel has to be WinogradKernel's/ },
    { kernel: () => tf.zeros([3, 3, 16, 16]), bias: undefined, message: /kernel has to be WinogradKernel's/ },
    { kernel: () => tf.zeros([36, 1, 16, 16]), bias: () => tf.zeros([8]), message: /bias has to have one number a/ },
  ])('refuses what does not fit: $message', ({ kernel, bias, message }) => {
    expect(() => frozen(tf.zeros([1, 4, 4, 16]), kernel(), bias && { bias: bias() })).toThrow(message);
  });

  test('images of other sizes have no gradient together', () => {
    const run = (x: number[], dy: number[]): unknown =>
      native.executeSingleOutput('WinogradFilterGrad', [activationType(native, tf.zeros(x))], [tf.zeros(x), tf.zeros(dy)]); // prettier-ignore
    expect(() => run([1, 4, 4, 16], [1, 4, 5, 16])).toThrow(
      /x and dy have to be \[batch, height, width, channels\] of/,
    );
    expect(() => run([1, 4, 4, 16], [1, 4, 4, 8])).toThrow(/channels have to be a multiple of 16/);
  });

  test('kernels of other sizes are not transformed', () => {
    expect(() => transform(tf.zeros([5, 5, 16, 16]))).toThrow(/kernel has to be \[3, 3, in, out\]/);
    expect(() => transform(tf.zeros([3, 3, 16, 8]))).toThrow(/have to be a multiple of 16/);
    const x = tf.zeros([1, 4, 4, 16]);
    for (const shape of [
      [5, 5, 16, 16],
      [3, 3, 32, 16],
      [3, 3, 16, 8],
    ]) {
      expect(() => winograd(x, tf.zeros(shape))).toThrow(/for the channels of x, multiples of 16/);
    }
  });
});
