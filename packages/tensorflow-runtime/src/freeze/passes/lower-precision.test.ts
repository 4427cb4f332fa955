import { expect, test } from 'vitest';
import { TF_BFLOAT16 } from '../../backend/bfloat16-handles.js';
import { asNative } from '../../backend/native-backend.js';
import type { OpTrace, TracedOperation, TracedValue } from '../op-trace.js';
import { lowerPrecision } from './lower-precision.js';

const binding = { TF_FLOAT: 1, TF_ATTR_TYPE: 4, TF_ATTR_BOOL: 1 };
const context = { native: asNative({ binding }), precision: 'bfloat16' } as const;

const output = (operation: number): TracedValue => ({ kind: 'output', operation, output: 0 });
const argument: TracedValue = { kind: 'argument' };
const kernel: TracedValue = { kind: 'constant', index: 0 };
const operation = (name: string, inputs: TracedValue[], type = binding.TF_FLOAT): TracedOperation => ({
  name,
  attributes: [{ name: 'T', type: binding.TF_ATTR_TYPE, value: type }],
  inputs,
});
const lowered = (operations: TracedOperation[], results: TracedValue[], values = new Float32Array(1)): OpTrace =>
  lowerPrecision(
    { operations, constants: [{ dtype: 1, shape: [values.length], values }], feeds: [], results },
    context,
  );
const typeOf = ({ attributes }: TracedOperation): unknown => attributes.find(({ name }) => name === 'T')?.value;

test('casts stand where the types change, once for a value that several read', () => {
  const { operations, constants, results } = lowered(
    [
      operation('Conv2D', [argument, kernel]),
      operation('Conv2D', [argument, kernel]),
      operation('AddV2', [output(0), output(1)]),
      operation('Mean', [output(2)]),
      operation('Sum', [output(2)]),
    ],
    [output(3), output(2)],
  );
  expect(operations.map(({ name }) => name)).toEqual(['Cast', 'Conv2D', 'Conv2D', 'AddV2', 'Cast', 'Mean', 'Sum']);
  expect(operations.map(typeOf)).toEqual([undefined, TF_BFLOAT16, TF_BFLOAT16, TF_BFLOAT16, undefined, 1, 1]);
  const rounded: TracedValue = { kind: 'constant', index: 1 };
  expect(operations[1]!.inputs).toEqual([output(0), rounded]);
  expect(operations[2]!.inputs).toEqual([output(0), rounded]);
  expect([operations[5]!.inputs, operations[6]!.inputs]).toEqual([[output(4)], [output(4)]]);
  expect(results).toEqual([output(5), output(4)]);
  expect(constants[1]).toMatchObject({ dtype: TF_BFLOAT16, shape: [1] });
});

test('padding is cast for by nobody: bfloat16 behind such, float32 behind others', () => {
  const pad = (x: TracedValue): TracedOperation => operation('PadV2', [x, { kind: 'constant', index: 1 }, kernel]);
  const constants = [
    { dtype: 1, shape: [1], values: new Float32Array(1) },
    { dtype: 3, shape: [1], values: new Int32Array(1) },
  ];
  const operations = [pad(argument), operation('Relu', [output(0)]), pad(output(1)), operation('Relu', [output(2)])];
  const trace = lowerPrecision({ operations, constants, feeds: [], results: [output(3)] }, context);
  expect(trace.operations.map(({ name }) => name)).toEqual(['PadV2', 'Cast', 'Relu', 'PadV2', 'Relu', 'Cast']);
  expect(trace.operations.map(typeOf)).toEqual([1, undefined, TF_BFLOAT16, TF_BFLOAT16, TF_BFLOAT16, undefined]);
  expect(trace.operations[3]!.inputs).toEqual([
    output(2),
    { kind: 'constant', index: 1 },
    { kind: 'constant', index: 2 },
  ]);
  expect(trace.constants[2]).toMatchObject({ dtype: TF_BFLOAT16 });
});

test('kernels that are fed are ready for their convolution', () => {
  const feed: TracedValue = { kind: 'feed', index: 0 };
  const { operations } = lowered([operation('FrozenWinogradConv2D', [argument, feed, kernel])], [output(0)]);
  expect(operations.map(({ name }) => name)).toEqual(['Cast', 'FrozenWinogradConv2D', 'Cast']);
  expect(operations[1]!.inputs).toEqual([output(0), feed, { kind: 'constant', index: 1 }]);
});

test('operations of another type stay as they are', () => {
  const operations = [operation('AddV2', [argument, argument], 3)];
  expect(lowered(operations, [output(0)]).operations).toEqual(operations);
});

test.each([
  [1, 0x3f80],
  [-2, 0xc000],
  [1 + 2 ** -8, 0x3f80], // a tie: to the even one
  [1 + 3 * 2 ** -8, 0x3f82], // a tie: to the even one
  [1 + 2 ** -8 + 2 ** -20, 0x3f81],
  [Infinity, 0x7f80],
  [3.4e38, 0x7f80], // above the largest bfloat16 by more than half a step
  [NaN, 0x7fc0],
])('%d becomes the bits %i', (value, bits) => {
  const { constants } = lowered([operation('Relu', [kernel])], [output(0)], Float32Array.of(value));
  expect([...(constants[1]!.values as Uint16Array)]).toEqual([bits]);
});
