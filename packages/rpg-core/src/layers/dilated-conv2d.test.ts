import '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { createRng } from '../ring/rng.js';
import { SlotCollector } from '../weights/slot.js';
import { createWeightSource } from '../weights/weight-source.js';
import { dilatedConv2d, type DilatedConv2dOptions } from './dilated-conv2d.js';

const read = (tensor: tf.Tensor): number[] => [...tensor.dataSync()];

/** The layer as a function of its input and its kernel. */
function build(options: Omit<DilatedConv2dOptions, 'name'>): (x: tf.Tensor, kernel: tf.Tensor) => tf.Tensor4D {
  const layer = dilatedConv2d(new SlotCollector(), { name: 'c', ...options });
  return (x, kernel) => {
    const weights = { get: () => kernel, statistic: () => neverAsked(), dispose: () => undefined };
    return layer(x as tf.Tensor4D, { weights, isTraining: true });
  };
}

function neverAsked(): tf.Variable {
  throw new Error('A convolution has no statistics.');
}

// tfjs's own convolution takes dilations forward; 'same' pads as the layer does at stride 1 with an odd kernel.
const forwardOfTfjs = (x: tf.Tensor, kernel: tf.Tensor, dilation: number): tf.Tensor =>
  tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, 1, 'same', 'NHWC', dilation);

describe('on the cpu backend', () => {
  beforeAll(async () => {
    await tf.setBackend('cpu');
  });

  test('by hand: a row of three ones, two pixels apart, along 1 … 5', () => {
    const x = tf.tensor4d([1, 2, 3, 4, 5], [1, 1, 5, 1]);
    const kernel = tf.tensor4d([0, 0, 0, 1, 1, 1, 0, 0, 0], [3, 3, 1, 1]);
    const layer = build({ inChannels: 1, outChannels: 1, kernelSize: 3, dilation: 2 });
    expect(read(layer(x, kernel))).toEqual([1 + 3, 2 + 4, 1 + 3 + 5, 2 + 4, 3 + 5]);
  });

  test.each([
    { height: 4, width: 4, kernelSize: 3, dilation: 2 },
    { height: 5, width: 7, kernelSize: 3, dilation: 2 },
    { height: 5, width: 8, kernelSize: 3, dilation: 3 },
    { height: 9, width: 6, kernelSize: 5, dilation: 2 },
    { height: 3, width: 2, kernelSize: 3, dilation: 4 },
    { height: 4, width: 3, kernelSize: 1, dilation: 2 },
    { height: 4, width: 3, kernelSize: 3, dilation: 1 },
  ])('$height×$width, kernel $kernelSize, dilation $dilation: as tfjs forward, gradients as differences', (sizes) => {
    const { height, width, kernelSize, dilation } = sizes;
    const layer = build({ inChannels: 2, outChannels: 3, kernelSize, dilation });
    const x = tf.randomNormal([2, height, width, 2], 0, 1, 'float32', 1);
    const kernel = tf.randomNormal([kernelSize, kernelSize, 2, 3], 0, 1, 'float32', 2);
    const y = layer(x, kernel);
    const expected = read(forwardOfTfjs(x, kernel, dilation));
    read(y).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 4);
    });
    // Linear in each argument: ⟨layer(v, kernel), dy⟩ = ⟨v, dx⟩ for every v, and so for the kernel.
    const dy = tf.randomNormal(y.shape, 0, 1, 'float32', 3);
    const [dx, dKernel] = tf.grads((a, b) => layer(a, b))([x, kernel], dy);
    expect(dx!.shape).toEqual(x.shape);
    expect(dKernel!.shape).toEqual(kernel.shape);
    const inner = (a: tf.Tensor, b: tf.Tensor): number => read(tf.sum(tf.mul(a, b)))[0]!;
    for (let seed = 4; seed < 8; seed++) {
      const v = tf.randomNormal(x.shape, 0, 1, 'float32', seed);
      const w = tf.randomNormal(kernel.shape, 0, 1, 'float32', seed);
      expect(inner(v, dx!)).toBeCloseTo(inner(forwardOfTfjs(v, kernel, dilation), dy), 3);
      expect(inner(w, dKernel!)).toBeCloseTo(inner(forwardOfTfjs(x, w, dilation), dy), 3);
    }
  });

  test('each entry of both gradients agrees with central differences', () => {
    const layer = build({ inChannels: 1, outChannels: 2, kernelSize: 3, dilation: 2 });
    const point = {
      x: tf.randomNormal([1, 5, 4, 1], 0, 1, 'float32', 1),
      kernel: tf.randomNormal([3, 3, 1, 2], 0, 1, 'float32', 2),
    };
    const loss = (x: tf.Tensor, kernel: tf.Tensor): tf.Scalar => tf.sum(tf.square(layer(x, kernel)));
    const [dx, dKernel] = tf.grads(loss)([point.x, point.kernel]);
    const gradients = { x: read(dx!), kernel: read(dKernel!) };
    const step = 1e-2;
    for (const name of ['x', 'kernel'] as const) {
      const values = Float32Array.from(read(point[name]));
      const at = (i: number, by: number): number => {
        const moved = { ...point, [name]: tf.tensor(values.with(i, values[i]! + by), point[name].shape) };
        return read(loss(moved.x, moved.kernel))[0]!;
      };
      gradients[name].forEach((gradient, i) => {
        expect((at(i, step) - at(i, -step)) / (2 * step), `${name} ${i}`).toBeCloseTo(gradient, 1);
      });
    }
  });

  test('leaves nothing behind but its results', () => {
    const layer = build({ inChannels: 1, outChannels: 1, kernelSize: 3, dilation: 2 });
    const x = tf.ones([1, 4, 4, 1]);
    const kernel = tf.ones([3, 3, 1, 1]);
    const before = tf.memory().numTensors;
    tf.dispose(layer(x, kernel));
    tf.dispose(tf.grads((a, b) => layer(a, b))([x, kernel], tf.ones([1, 4, 4, 1])));
    expect(tf.memory().numTensors).toBe(before + 1); // the ones that dy is
  });
});

test('on WebAssembly, gradients are those of the cpu backend', async () => {
  const layer = build({ inChannels: 2, outChannels: 3, kernelSize: 3, dilation: 2 });
  const gradients = (): number[] => {
    const x = tf.randomNormal([2, 5, 6, 2], 0, 1, 'float32', 1);
    const kernel = tf.randomNormal([3, 3, 2, 3], 0, 1, 'float32', 2);
    return tf
      .grads((a, b) => tf.square(layer(a, b)))([x, kernel])
      .flatMap(read);
  };
  await tf.setBackend('cpu');
  const expected = gradients();
  await tf.setBackend('wasm');
  gradients().forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i]!, 3);
  });
});

test('declares its kernel for a ring, with the usual deviation', async () => {
  await tf.setBackend('cpu');
  const slots = new SlotCollector();
  dilatedConv2d(slots, { name: 'c', inChannels: 2, outChannels: 4, kernelSize: 3, dilation: 2 });
  expect(slots.slots).toEqual([
    {
      name: 'c/kernel',
      shape: [3, 3, 2, 4],
      size: 72,
      role: 'backbone',
      initializer: { kind: 'normal', standardDeviation: Math.sqrt(2 / 36) },
    },
  ]);
  const source = createWeightSource(slots.slots, { kind: 'ring', ringSize: 10 }, createRng(1));
  expect(source.numGenerated).toBe(72);
  source.dispose();
});

test.each([
  [{ kernelSize: 3, dilation: 0 }, "dilatedConv2d 'c': dilation is 0, expected an integer of 1 or more."],
  [{ kernelSize: 3, dilation: 1.5 }, "dilatedConv2d 'c': dilation is 1.5, expected an integer of 1 or more."],
  [{ kernelSize: 2, dilation: 2 }, "dilatedConv2d 'c': kernelSize is 2, expected an odd number."],
])('%o is refused', (options, message) => {
  expect(() => build({ inChannels: 1, outChannels: 1, ...options })).toThrow(new RangeError(message));
});
