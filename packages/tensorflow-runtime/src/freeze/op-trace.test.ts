import { expect, test } from 'vitest';
import {
  attributeOf,
  type OpTrace,
  readersOf,
  type TracedOperation,
  type TracedValue,
  withoutUnread,
} from './op-trace.js';

const argument: TracedValue = { kind: 'argument' };
const constant = (index: number): TracedValue => ({ kind: 'constant', index });
const output = (operation: number): TracedValue => ({ kind: 'output', operation, output: 0 });
const operation = (name: string, ...inputs: TracedValue[]): TracedOperation => ({ name, attributes: [], inputs });
const number = (value: number) => ({ dtype: 1, shape: [], values: Float32Array.of(value) });

// y = x·10 + x·10, returned together with −y; x + 20 is read by nobody.
const trace: OpTrace = {
  operations: [
    operation('Add', argument, constant(0)),
    operation('Mul', argument, constant(1)),
    operation('Add', output(1), output(1)),
    operation('Neg', output(2)),
  ],
  constants: [number(20), number(10)],
  feeds: [],
  results: [output(2), output(3)],
};

test('a reader counts once for each input, a result as one that is no operation', () => {
  expect([...readersOf(trace)]).toEqual([
    [1, [2, 2]],
    [2, [3, undefined]],
    [3, [undefined]],
  ]);
});

test('what no result depends on goes, with its constants; what stays keeps its order and is numbered anew', () => {
  expect(withoutUnread(trace)).toEqual({
    operations: [
      operation('Mul', argument, constant(0)),
      operation('Add', output(0), output(0)),
      operation('Neg', output(1)),
    ],
    constants: [number(10)],
    feeds: [],
    results: [output(1), output(2)],
  });
});

test('a constant that is a result stays', () => {
  const { constants, results } = withoutUnread({ ...trace, results: [constant(1)] });
  expect([constants, results]).toEqual([[number(10)], [constant(0)]]);
});

test('an attribute is found by its name', () => {
  const named = { ...operation('Conv2D'), attributes: [{ name: 'padding', type: 1, value: 'SAME' }] };
  expect([attributeOf(named, 'padding'), attributeOf(named, 'strides')]).toEqual(['SAME', undefined]);
});
