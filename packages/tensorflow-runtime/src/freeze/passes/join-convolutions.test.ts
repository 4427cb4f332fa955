import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { isTensorflowHere } from '../../../test/native-here.js';
import { byTensorflow } from '../../../test/tensorflow-convolutions.js';
import { loadBackend } from '../../backend/load-backend.js';
import { asNative } from '../../backend/native-backend.js';
import { hasBfloat16, readSimd } from '../../backend/simd.js';
import { freeze } from '../freeze.js';
import type { FrozenFunction } from '../frozen-function.js';
import { attributeOf, type OpTrace } from '../op-trace.js';
import { traceOps } from '../trace-ops.js';
import { joinConvolutions } from './join-convolutions.js';

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
  type Network = (x: tf.Tensor) => tf.Tensor[];
  const joined = (network: Network, precision: 'float32' | 'bfloat16' = 'float32'): OpTrace => {
    const native = asNative(tf.backend());
    return joinConvolutions(traceOps(native, network, image()), { native, precision });
  };
  const namesOf = (network: Network, precision?: 'bfloat16'): string[] =>
    joined(network, precision).operations.map(({ name }) => name);

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

  test('threads stay awake between operations of ours that follow each other', () => {
    const { operations } = joined((x) => [convolve(tf.neg(convolve(convolve(x))), 1)]);
    expect(operations.map((operation) => [operation.name, attributeOf(operation, 'is_followed')])).toEqual([
      ['FrozenWinogradConv2D', true],
      ['FrozenWinogradConv2D', false],
      ['Neg', undefined],
      ['FrozenWinogradConv2D', false],
    ]);
  });

  describe.skipIf(!readSimd().includes('avx512_bf16') || readSimd().includes('amx_bf16'))('in bfloat16', () => {
    const around = [2, 2] as [number, number];
    test.each<{ why: string; network: Network; stride: number; padding: number }>([
      { why: 'zeros for the same size', network: (x) => [convolve(x)], stride: 1, padding: 1 },
      {
        why: 'strides',
        network: (x) => [tf.conv2d(x as tf.Tensor4D, tf.ones([4, 4, 16, 16]), 4, 'valid')],
        stride: 4,
        padding: 0,
      },
      {
        why: 'padding in front',
        network: (x) => [
          tf.conv2d(tf.pad(x as tf.Tensor4D, [[0, 0], around, around, [0, 0]]), tf.ones([5, 5, 16, 16]), 2, 'valid'),
        ],
        stride: 2,
        padding: 2,
      },
    ])('$why: one operation', ({ network, stride, padding }) => {
      const { operations } = joined(network, 'bfloat16');
      expect(operations.map(({ name }) => name)).toEqual(['FrozenDirectConv2D']);
      expect(['stride', 'padding'].map((name) => attributeOf(operations[0]!, name))).toEqual([stride, padding]);
      const x = image();
      const [expected] = network(x) as [tf.Tensor];
      const [found] = freeze(network, x, { precision: 'bfloat16' }).run(x) as [tf.Tensor];
      const largest = tf.max(tf.abs(expected)).dataSync()[0]!;
      expect(tf.max(tf.abs(tf.sub(found, expected))).dataSync()[0]! / largest).toBeLessThan(0.02);
    });

    test.each<{ why: string; value?: number; rows: [number, number]; columns: [number, number] }>([
      { why: 'ones', value: 1, rows: around, columns: around },
      { why: 'uneven sides', rows: [1, 3], columns: around },
      { why: 'rows alone', rows: around, columns: [0, 0] },
    ])('padding with $why stays an operation', ({ value, rows, columns }) => {
      const network: Network = (x) => [
        tf.conv2d(
          tf.pad(x as tf.Tensor4D, [[0, 0], rows, columns, [0, 0]], value),
          tf.ones([5, 5, 16, 16]),
          1,
          'valid',
        ),
      ];
      expect(namesOf(network, 'bfloat16')).toContain('PadV2');
    });
  });

  test('of two convolutions that are added, one takes the other', () => {
    expect(namesOf((x) => [tf.add(convolve(x), convolve(x, 1))])).toEqual([
      'FrozenWinogradConv2D',
      'FrozenWinogradConv2D',
    ]);
  });

  test.each<{ why: string; network: Network; names: string[] }>([
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

  test.each<{ why: string; network: Network }>([
    { why: 'strides', network: (x) => [tf.conv2d(x as tf.Tensor4D, kernels[0]!, 2, 'same')] },
    { why: 'without zeros around', network: (x) => [tf.conv2d(x as tf.Tensor4D, kernels[0]!, 1, 'valid')] },
    {
      why: 'zeros given for each side',
      network: (x) => [tf.conv2d(x as tf.Tensor4D, kernels[0]!, 1, [[0, 0], [2, 0], [2, 0], [0, 0]])], // prettier-ignore
    },
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
    const expected = byTensorflow(() => network(x)[0]!).dataSync();
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
