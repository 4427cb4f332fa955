import * as tf from '@tensorflow/tfjs-core';
import { castTo, createRng, createWeightSource, precisionInUse } from 'rpg-core';
import { resnet } from 'rpg-core/resnet';
import { beforeAll, describe, expect, test } from 'vitest';
import { isTensorflowHere } from '../../test/native-here.js';
import { loadBackend } from './load-backend.js';
import { hasBfloat16, readSimd } from './simd.js';

describe.skipIf(!isTensorflowHere || !hasBfloat16(readSimd()))('bfloat16 on TensorFlow', () => {
  beforeAll(async () => {
    await loadBackend({ device: 'tensorflow' });
  });

  const numbers = (tensor: tf.Tensor): number[] => [...tensor.dataSync()];
  const random = (shape: number[], seed: number): tf.Tensor => tf.randomNormal(shape, 0.5, 1, 'float32', seed);
  const rounded = (x: tf.Tensor): tf.Tensor => castTo(castTo(x, 'bfloat16'), 'float32');

  /** Largest difference, relative to the largest number. */
  function difference(found: tf.Tensor, expected: tf.Tensor): number {
    expect(found.shape).toEqual(expected.shape);
    const scale = tf.max(tf.abs(expected)).dataSync()[0]!;
    return tf.max(tf.abs(tf.sub(found, expected))).dataSync()[0]! / scale;
  }

  test('rounds to the nearest, ties to even', () => {
    // 8 bits of mantissa: between 1 and 2 the step is 1/128.
    const x = tf.tensor1d([1, 1 + 1 / 128, 1 + 1 / 256, 1 + 3 / 256, -3.14159, 1e30, 0]);
    const expected = [1, 1 + 1 / 128, 1, 1 + 2 / 128, -3.140625, Math.fround(1.0004390803223e30), 0];
    numbers(rounded(x)).forEach((value, i) => {
      expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(1e-3 * Math.abs(expected[i]!) * (i === 5 ? 10 : 0));
    });
    expect(precisionInUse('bfloat16')).toBe('bfloat16');
    expect(precisionInUse('float32')).toBe('float32');
  });

  const window = { strides: [1, 1], pad: 'same', dataFormat: 'NHWC' } as const;
  const valid = { strides: [2, 2], pad: 'valid', dataFormat: 'NHWC' } as const;
  const kernel = (name: string, attrs: object = {}) => ({
    name,
    run: (inputs: tf.NamedTensorMap): tf.Tensor => {
      const outputs = tf.engine().runKernel<tf.Tensor | tf.Tensor[]>(name, inputs, attrs as tf.NamedAttrMap);
      return Array.isArray(outputs) ? outputs[0]! : outputs;
    },
  });
  const images = [3, 9, 10, 6];

  test.each([
    { ...kernel('Conv2D', { ...window, dilations: [1, 1] }), inputs: { x: images, filter: [3, 3, 6, 5] } },
    {
      ...kernel('Conv2DBackpropInput', { ...window, inputShape: images }),
      inputs: { dy: [3, 9, 10, 5], filter: [3, 3, 6, 5] },
    },
    // by oneDNN; as a product of matrices, with padding and with a stride
    {
      ...kernel('Conv2DBackpropFilter', { ...window, filterShape: [3, 3, 6, 5] }),
      inputs: { x: images, dy: [3, 9, 10, 5] },
    },
    {
      ...kernel('Conv2DBackpropFilter', { ...window, filterShape: [3, 3, 6, 5] }),
      inputs: { x: [3, 4, 5, 6], dy: [3, 4, 5, 5] },
    },
    {
      ...kernel('Conv2DBackpropFilter', { ...valid, filterShape: [3, 3, 6, 5] }),
      inputs: { x: [3, 9, 11, 6], dy: [3, 4, 5, 5] },
    },
    {
      ...kernel('Conv2DBackpropFilter', { ...valid, filterShape: [1, 1, 6, 5] }),
      inputs: { x: [3, 8, 8, 6], dy: [3, 4, 4, 5] },
    },
    { ...kernel('Add'), inputs: { a: images, b: images } },
    { ...kernel('Relu'), inputs: { x: images } },
    { ...kernel('ReluGrad'), inputs: { dy: images, y: images } },
    { ...kernel('MaxPool', { filterSize: 2, strides: 2, pad: 'valid' }), inputs: { x: images } },
    {
      ...kernel('PadV2', {
        paddings: [
          [0, 0],
          [1, 2],
          [2, 1],
          [0, 0],
        ],
        constantValue: 0,
      }),
      inputs: { x: images },
    },
    { ...kernel('Slice', { begin: [0, 1, 2, 0], size: [3, 2, 3, 6] }), inputs: { x: images } },
    { ...kernel('Reshape', { shape: [3, 90, 6] }), inputs: { x: images } },
  ])('$name of $inputs agrees with float32', ({ run, inputs }) => {
    const exact = Object.fromEntries(
      Object.entries(inputs).map(([name, shape], i) => [name, rounded(random(shape, i))]),
    );
    const low = Object.fromEntries(Object.entries(exact).map(([name, tensor]) => [name, castTo(tensor, 'bfloat16')]));
    const before = tf.memory().numTensors;
    const y = run(low);
    expect(tf.memory().numTensors).toBe(before + 1);
    // The inputs are the same numbers; what differs is one rounding of the result.
    expect(difference(castTo(y, 'float32'), run(exact))).toBeLessThan(1 / 256);
  });

  test('a bias is float32, and so is its gradient', () => {
    const x = rounded(random(images, 1));
    const bias = random([6], 2);
    const low = castTo(x, 'bfloat16');
    const y = castTo(kernel('BiasAdd').run({ x: low, bias }), 'float32');
    expect(difference(y, tf.add(x, bias))).toBeLessThan(1 / 128); // two roundings: the bias's and the sum's
    expect(difference(kernel('BiasAddGrad').run({ dy: low }), tf.sum(x, [0, 1, 2]))).toBeLessThan(1e-6);
  });

  test.each([
    ['BatchNormTrain', false],
    ['BatchNormReluTrain', true],
  ] as const)('%s and its gradient agree with float32, residual included', (name, isRelu) => {
    const [x, residual, dy] = [1, 2, 3].map((seed) => rounded(random([6, 5, 4, 9], seed))) as [
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
    ];
    const vectors = {
      gamma: random([9], 4),
      beta: random([9], 5),
      movingMean: tf.zeros([9]),
      movingVariance: tf.zeros([9]),
    };
    const through = (cast: (tensor: tf.Tensor) => tf.Tensor, back: (tensor: tf.Tensor) => tf.Tensor): tf.Tensor[] => {
      const images = { x: cast(x), residual: cast(residual) };
      const attributes = { epsilon: 1e-3, momentum: 0.1 };
      const forward = tf.engine().runKernel<tf.Tensor[]>(name, { ...images, ...vectors }, attributes);
      const [y, newMean, newVariance, mean, inverseDeviation] = forward as [
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
      ];
      const saved = { x: images.x, gamma: vectors.gamma, mean, inverseDeviation, ...(isRelu ? { y } : {}) };
      const gradients = tf
        .engine()
        .runKernel<tf.Tensor[]>('BatchNormTrainGrad', { dy: cast(dy), ...saved }, { hasResidual: true });
      const [dx, dGamma, dBeta, dResidual] = gradients as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
      return [back(y), newMean, newVariance, back(dx), dGamma, dBeta, back(dResidual)];
    };
    const exact = through(
      (tensor) => tf.clone(tensor),
      (tensor) => tensor,
    );
    const low = through(
      (tensor) => castTo(tensor, 'bfloat16'),
      (tensor) => castTo(tensor, 'float32'),
    );
    low.forEach((tensor, i) => {
      // Statistics and sums are float32 in both; a rounding may move y across 0 in neither.
      expect(difference(tensor, exact[i]!)).toBeLessThan([1, 2].includes(i) ? 1e-6 : 1 / 128);
    });
  });

  test('anything else is refused, and says what to do', () => {
    const x = castTo(random([2, 3], 1), 'bfloat16');
    const before = tf.memory().numTensors;
    expect(() => tf.sum(x)).toThrow(
      /^TensorFlow's Sum was given a bfloat16 tensor \(inputs \[2, 3\], \[2\]\), expected float32\. Cast it first: castTo\(x, 'float32'\) of rpg-core\. bfloat16 goes through Add, /,
    );
    expect(() => tf.add(x, random([2, 3], 2))).toThrow(
      "TensorFlow's Add was given bfloat16 tensors beside a float32 one [2, 3], expected one type. Cast the one or the " +
        "other: castTo(x, 'bfloat16') or castTo(x, 'float32') of rpg-core.",
    );
    expect(() => tf.cast(x, 'int32')).toThrow(/^TensorFlow's Cast was given a bfloat16 tensor/);
    expect(() => x.dataSync()).toThrow(
      "A bfloat16 tensor was read, expected float32. Cast it first: castTo(x, 'float32') of rpg-core.",
    );
    expect(() => castTo(x, 'bfloat16')).toThrow(
      'CastPrecision: the tensor [2, 3] is bfloat16 already; leave the cast out.',
    );
    tf.disposeVariables();
    expect(tf.memory().numTensors - before).toBeLessThanOrEqual(2); // tfjs's own arguments of a call that threw
  });

  describe('a ResNet', () => {
    const build = (precision: 'float32' | 'bfloat16') => {
      const model = resnet({ depth: 18, width: 8, numClasses: 5, stem: 'cifar', precision });
      const source = createWeightSource(model.slots, { kind: 'ring', ringSize: 0.5 }, createRng(1));
      const images = tf.randomNormal<tf.Rank.R4>([8, 32, 32, 3], 0, 1, 'float32', 1);
      const target = tf.randomNormal([8, 5], 0, 1, 'float32', 2);
      const gradients = () =>
        tf.variableGrads(() => {
          const logits = model.apply(source.generate(), images, { isTraining: true });
          return tf.mean(tf.squaredDifference(logits, target));
        }, [...source.trainables.values()]);
      return { model, source, images, gradients };
    };

    test('has the loss and the gradients of float32, as far as bfloat16 goes', () => {
      const [exact, low] = (['float32', 'bfloat16'] as const).map((precision) => {
        const { source, gradients } = build(precision);
        const { value, grads } = gradients();
        return { loss: numbers(value)[0]!, grads: [...source.trainables.values()].map(({ name }) => grads[name]!) };
      }) as [{ loss: number; grads: tf.Tensor[] }, { loss: number; grads: tf.Tensor[] }];
      expect(Math.abs(low.loss / exact.loss - 1)).toBeLessThan(0.02);
      expect(low.loss).not.toBe(exact.loss);
      // The angle between the gradients of the ring: 20 layers of rounding, and units that change sides of 0 by it.
      const [a, b] = [exact.grads[0]!, low.grads[0]!];
      const cosine = tf.div(tf.sum(tf.mul(a, b)), tf.mul(tf.norm(a), tf.norm(b)));
      expect(numbers(cosine)[0]).toBeGreaterThan(0.9);
    });

    test('keeps the number of tensors level', () => {
      const { gradients } = build('bfloat16');
      const step = (): void => {
        const { value, grads } = gradients();
        tf.dispose([value, grads]);
      };
      step();
      const before = tf.memory().numTensors;
      step();
      expect(tf.memory().numTensors).toBe(before);
    });

    test('is evaluated in float32', () => {
      const [exact, low] = (['float32', 'bfloat16'] as const).map((precision) => {
        const { model, source, images } = build(precision);
        return numbers(model.apply(source.generate(), images, { isTraining: false }));
      });
      expect(low).toEqual(exact);
    });
  });
});
