import { expect, test } from 'vitest';
import { asNative, type OpAttribute } from '../../backend/native-backend.js';
import type { OpTrace, TracedConstant, TracedOperation } from '../op-trace.js';
import { foldNorms } from './fold-norms.js';

const native = asNative({ binding: { TF_FLOAT: 1, TF_ATTR_TYPE: 4 } });
type Given = Omit<OpTrace, 'feeds'>;
const folded = (trace: Given): OpTrace => foldNorms({ ...trace, feeds: [] }, { native, precision: 'float32' });

const vector = (...values: number[]): TracedConstant => ({
  dtype: 1,
  shape: [values.length],
  values: Float32Array.from(values),
});
const attribute = (name: string, value: OpAttribute['value']): OpAttribute => ({ name, type: 0, value });
const constant = (index: number) => ({ kind: 'constant', index }) as const;
const output = (operation: number) => ({ kind: 'output', operation, output: 0 }) as const;

const convolution: TracedOperation = {
  name: 'Conv2D',
  attributes: [attribute('data_format', 'NHWC')],
  inputs: [{ kind: 'argument' }, constant(0)],
};
const norm = (isTraining = false): TracedOperation => ({
  name: 'FusedBatchNorm',
  attributes: [attribute('epsilon', 1), attribute('is_training', isTraining)],
  inputs: [output(0), constant(1), constant(2), constant(3), constant(4)],
});
// A 1×1 kernel from one channel to two; γ = 4, 6; β = 1, 2; μ = 3, 5; σ² + ε = 4, 9: scale 2, 2; shift −5, −8.
const constants = [{ ...vector(10, 20), shape: [1, 1, 1, 2] }, vector(4, 6), vector(1, 2), vector(3, 5), vector(3, 8)];

test('scale goes into the kernel, shift into a bias; what nobody reads any more is dropped', () => {
  const trace = folded({ operations: [convolution, norm()], constants, results: [output(1)] });
  expect(trace.operations.map(({ name }) => name)).toEqual(['Conv2D', 'BiasAdd']);
  expect(trace.constants.map(({ shape, values }) => [shape, [...(values as Float32Array)]])).toEqual([
    [
      [1, 1, 1, 2],
      [20, 40],
    ],
    [[2], [-5, -8]],
  ]);
  expect(trace.operations[1]!.inputs).toEqual([output(0), constant(1)]);
  expect(trace.results).toEqual([output(1)]);
});

test.each<{ why: string; trace: Given }>([
  { why: 'statistics of the batch', trace: { operations: [convolution, norm(true)], constants, results: [output(1)] } },
  {
    why: 'another reader of the convolution',
    trace: { operations: [convolution, norm()], constants, results: [output(1), output(0)] },
  },
  {
    why: 'a kernel that is no constant',
    trace: {
      operations: [{ ...convolution, inputs: [{ kind: 'argument' }, { kind: 'argument' }] }, norm()],
      constants,
      results: [output(1)],
    },
  },
  {
    why: 'no convolution in front',
    trace: { operations: [{ ...convolution, name: 'Relu' }, norm()], constants, results: [output(1)] },
  },
])('stays with $why', ({ trace }) => {
  expect(folded(trace).operations.map(({ name }) => name)).toEqual(trace.operations.map(({ name }) => name));
});

test('a kernel that two convolutions share is folded for each', () => {
  const second = { ...norm(), inputs: [output(2), constant(3), constant(1), constant(3), constant(4)] }; // γ = 3, 5
  const trace = { operations: [convolution, norm(), convolution, second], constants, results: [output(1), output(3)] };
  const { operations, constants: kept } = folded(trace);
  const kernelOf = (operation: number): number[] => {
    const kernel = operations[operation]!.inputs[1]!;
    return kernel.kind === 'constant' ? [...(kept[kernel.index]!.values as Float32Array)] : [];
  };
  expect([kernelOf(0), kernelOf(2)]).toEqual([
    [20, 40],
    [15, Math.fround(20 * Math.fround(5 / 3))],
  ]);
});
