// The TensorFlow operations that a function runs, written down, and what flows between them.
import type { Tensor } from '@tensorflow/tfjs-core';
import type { OpAttribute } from '../backend/native-backend.js';

/** Where a value comes from. */
export type TracedValue =
  | { readonly kind: 'argument' }
  | { readonly kind: 'constant'; readonly index: number }
  | { readonly kind: 'feed'; readonly index: number }
  | { readonly kind: 'output'; readonly operation: number; readonly output: number };

/** One operation that ran. */
export interface TracedOperation {
  readonly name: string;
  readonly attributes: readonly OpAttribute[];
  readonly inputs: readonly TracedValue[];
  /** Of the first output; absent where nothing depends on it. */
  readonly shape?: readonly number[] | undefined;
}

/** A value that was there before the function ran. */
export interface TracedConstant {
  /** TensorFlow's number of the type. */
  readonly dtype: number;
  readonly shape: readonly number[];
  readonly values: ArrayBufferView;
}

/** A constant that is handed over at each run: TensorFlow copies those of a graph many times when it starts. */
export interface TracedFeed {
  /** TensorFlow's number of the type. */
  readonly dtype: number;
  readonly tensor: Tensor;
}

/** A function's run, written down. */
export interface OpTrace {
  readonly operations: readonly TracedOperation[];
  readonly constants: readonly TracedConstant[];
  readonly feeds: readonly TracedFeed[];
  readonly results: readonly TracedValue[];
}

/**
 * The operations that read each operation's outputs, once for each time that they do; a result counts as read by
 * `undefined`, which nothing can be joined with.
 */
export function readersOf({ operations, results }: OpTrace): Map<number, (number | undefined)[]> {
  const readers = new Map<number, (number | undefined)[]>();
  const note = (value: TracedValue, reader: number | undefined): void => {
    if (value.kind === 'output') readers.set(value.operation, [...(readers.get(value.operation) ?? []), reader]);
  };
  operations.forEach(({ inputs }, reader) => {
    for (const value of inputs) note(value, reader);
  });
  for (const value of results) note(value, undefined);
  return readers;
}

/** The trace without what no result depends on: operations that others replace, and their constants, would stay in it. */
export function withoutUnread({ operations, constants, feeds, results }: OpTrace): OpTrace {
  const isRead = operations.map(() => false);
  const mark = (value: TracedValue): void => {
    if (value.kind === 'output') isRead[value.operation] = true;
  };
  results.forEach(mark);
  for (let i = operations.length - 1; i >= 0; i--) if (isRead[i]!) operations[i]!.inputs.forEach(mark);

  const positions: number[] = [];
  const places = new Map<number, number>();
  const keptConstants: TracedConstant[] = [];
  const moved = (value: TracedValue): TracedValue => {
    if (value.kind === 'argument' || value.kind === 'feed') return value;
    if (value.kind === 'output') return { ...value, operation: positions[value.operation]! };
    if (!places.has(value.index)) places.set(value.index, keptConstants.push(constants[value.index]!) - 1);
    return { kind: 'constant', index: places.get(value.index)! };
  };
  const kept: TracedOperation[] = [];
  operations.forEach((operation, i) => {
    if (isRead[i]!) positions[i] = kept.push({ ...operation, inputs: operation.inputs.map(moved) }) - 1;
  });
  return { operations: kept, constants: keptConstants, feeds, results: results.map(moved) };
}

/** The value of an operation's attribute; undefined when it has none of the name. */
export function attributeOf({ attributes }: TracedOperation, name: string): unknown {
  return attributes.find((attribute) => attribute.name === name)?.value;
}
