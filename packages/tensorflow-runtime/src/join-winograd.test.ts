import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { isTensorflowHere } from '../test/native-here.js';
import { freeze, type FrozenFunction } from './freeze.js';
import { joinWinograd } from './join-winograd.js';
import { withDirectConvolutions } from './kernels/winograd-conv.js';
import { loadBackend } from './load-backend.js';
import { asNative } from './native-backend.js';
import { attributeOf, traceOps, type OpTrace } from './op-trace.js';
import { hasBfloat16, readSimd } from './simd.js';

describe.skipIf(!isTensorflowHere)('on TensorFlow', () => {
  let kernels: tf.Tensor4D[];
  let bias: tf.Tensor;
  beforeAll(async () => {
    await loadBackend({ device: 'tensorflow' });
    kernels = [1, 2].map((seed) => tf.randomNormal<tf.Rank.R4>([3, 3, 16, 16], 0, 0.1, 'float32', seed));
    bias = tf.randomNormal<tf.Rank.R1>([16], 0, 1, 'float32', 3);
  });

  const image = (): tf.Tensor4D => tf.randomNormal([1, 16, 16, 16], 0, 1, 'float32', 4);
  const convolve = (x: tf.Tensor, which = 0): tf.Tensor4D => tf.conv2d(x as tf.Tensor4D, kernels[which]!, 1, 'same');
  const addBias = (x: tf.Tensor): tf.Tensor => tf.engine().runKernel<tf.Tensor[]>('BiasAdd', { x, bias })[0]!;
  const joined = (network: (x: tf.Tensor) => tf.Tensor[]): OpTrace => {
    const native = asNative(tf.backend());
    return joinWinograd(
      withDirectConvolutions(() => traceOps(native, network, image())),
      'float32',
      native,
    );
  };
  const namesOf = (network: (x: tf.Tensor) => tf.Tensor[]): string[] => joined(network).operations.map(({ name }) => name); // prettier-ignore

  test('a residual block becomes two operations', () => {
    const { operations } = joined((x) => {
      const inner = tf.relu(addBias(convolve(x)));
      return [tf.relu(tf.add(addBias(convolve(inner, 1)), tf.neg(x)))];
    });
    expect(operations.map(({ name }) => name)).toEqual(['FrozenWinogradConv2D', 'Neg', 'FrozenWinogradConv2D']);
    const told = [0, 2].map((i) =>
      ['num_biases', 'num_additions', 'has_relu'].map((name) => attributeOf(operations[i]!, name)),
    );
    expect(told).toEqual([
      [1, 0, true],
      [1, 1, true],
    ]);
  });

  test('of two convolutions that are added, one takes the other', () => {
    expect(namesOf((x) => [tf.add(convolve(x), convolve(x, 1))])).toEqual([
      'FrozenWinogradConv2D',
      'FrozenWinogradConv2D',
    ]);
  });

  test.each<{ why: string; network: (x: tf.Tensor) => tf.Tensor[]; names: string[] }>([
    {
      why: 'a second reader',
      network: (x) => {
        const y = convolve(x);
        return [tf.relu(y), tf.neg(y)];
      },
      names: ['FrozenWinogradConv2D', 'Relu', 'Neg'],
    },
    {
      why: 'being a result',
      network: (x) => {
        const y = convolve(x);
        return [y, tf.relu(y)];
      },
      names: ['FrozenWinogradConv2D', 'Relu'],
    },
    { why: 'an addition to itself', network: (x) => { const y = convolve(x); return [tf.add(y, y)]; }, names: ['FrozenWinogradConv2D', 'Add'] }, // prettier-ignore
    { why: 'an addition of one row', network: (x) => [tf.add(convolve(x), tf.neg(bias))], names: ['FrozenWinogradConv2D', 'Neg', 'Add'] }, // prettier-ignore
    { why: 'a bias behind a ReLU', network: (x) => [addBias(tf.relu(convolve(x)))], names: ['FrozenWinogradConv2D', 'BiasAdd'] }, // prettier-ignore
  ])('$why ends what is joined', ({ network, names }) => {
    expect(namesOf(network)).toEqual(names);
  });

  test.each<{ why: string; network: (x: tf.Tensor) => tf.Tensor[] }>([
    { why: 'strides', network: (x) => [tf.conv2d(x as tf.Tensor4D, kernels[0]!, 2, 'same')] },
    { why: 'without zeros around', network: (x) => [tf.conv2d(x as tf.Tensor4D, kernels[0]!, 1, 'valid')] },
    { why: 'dilations', network: (x) => [tf.conv2d(x as tf.Tensor4D, kernels[0]!, 1, 'same', 'NHWC', 2)] },
    { why: 'a kernel that is computed', network: (x) => [tf.conv2d(x as tf.Tensor4D, tf.neg(kernels[0]!), 1, 'same')] },
  ])('$why: stays TensorFlow’s', ({ network }) => {
    expect(namesOf(network)).toContain('Conv2D');
  });

  test.each(['float32', 'bfloat16'] as const)('frozen in %s it gives what the network gives', (precision) => {
    if (precision === 'bfloat16' && !hasBfloat16(readSimd())) return;
    const network = (x: tf.Tensor): tf.Tensor[] => [
      tf.relu(tf.add(addBias(convolve(tf.relu(addBias(convolve(x))), 1)), x)),
    ];
    const x = image();
    const expected = withDirectConvolutions(() => network(x)[0]!).dataSync();
    const found = freeze(network, x, { precision }).run(x)[0]!.dataSync();
    const largest = Math.max(...expected);
    const tolerance = precision === 'float32' ? 1e-5 : 1e-2;
    found.forEach((value, i) => {
      expect(Math.abs(value - expected[i]!)).toBeLessThan(tolerance * largest);
    });
  });

  test('keeps transformed kernels until it is disposed, within a tidy too', () => {
    const x = image();
    const before = tf.memory().numTensors;
    let frozen!: FrozenFunction;
    tf.tidy(() => {
      frozen = freeze((y) => [convolve(convolve(y), 1)], x);
    });
    expect(tf.memory().numTensors).toBe(before + 2);
    const [first, second] = [frozen.run(x)[0]!, frozen.run(x)[0]!];
    expect([...first.dataSync()]).toEqual([...second.dataSync()]);
    tf.dispose([first, second]);
    frozen.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
