import { expect, test } from 'vitest';
import { asNative } from '../../backend/native-backend.js';
import type { OpTrace, TracedOperation, TracedValue } from '../op-trace.js';
import { dropReshapes } from './drop-reshapes.js';

const argument = { kind: 'argument' } as const;
const sizes = { kind: 'constant', index: 0 } as const;
const constants = [{ dtype: 3, shape: [1], values: Int32Array.of(6) }];
const output = (operation: number, index = 0): TracedValue => ({ kind: 'output', operation, output: index });
const operation = (name: string, inputs: TracedValue[], shape?: number[]): TracedOperation => ({
  name,
  attributes: [],
  inputs,
  shape,
});
const dropped = (trace: Pick<OpTrace, 'operations' | 'results'>): OpTrace =>
  dropReshapes({ ...trace, constants, feeds: [] }, { native: asNative(undefined), precision: 'float32' });
const left = (trace: Pick<OpTrace, 'operations' | 'results'>): [string, readonly TracedValue[]][] =>
  dropped(trace).operations.map(({ name, inputs }) => [name, inputs]);

test('reshapes to the shape that is there already are dropped, one behind the other too', () => {
  const operations = [
    operation('Relu', [argument], [6]),
    operation('Reshape', [output(0), sizes], [6]),
    operation('Reshape', [output(1), sizes], [6]),
    operation('Neg', [output(2)], [6]),
  ];
  expect(left({ operations, results: [output(3)] })).toEqual([
    ['Relu', [argument]],
    ['Neg', [output(0)]],
  ]);
});

test('a result that such a reshape gives is what it was given', () => {
  const operations = [operation('Relu', [argument], [6]), operation('Reshape', [output(0), sizes], [6])];
  expect(dropped({ operations, results: [output(1)] })).toMatchObject({
    operations: [{ name: 'Relu' }],
    results: [output(0)],
  });
});

test.each<{ why: string; source: TracedOperation; from: TracedValue }>([
  { why: 'another shape', source: operation('Relu', [argument], [2, 3]), from: output(0) },
  { why: 'a shape that is not known', source: operation('Relu', [argument]), from: output(0) },
  { why: 'an output that is not the first', source: operation('TopK', [argument], [6]), from: output(0, 1) },
  { why: 'the argument', source: operation('Relu', [argument], [6]), from: argument },
])('$why: the reshape stays', ({ source, from }) => {
  const operations = [source, operation('Reshape', [from, sizes], [6])];
  expect(left({ operations, results: [output(1)] }).map(([name]) => name)).toContain('Reshape');
});
