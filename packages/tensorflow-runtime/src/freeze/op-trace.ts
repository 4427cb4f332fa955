// Writes down which TensorFlow operations a function runs, and what flows between them.
import type { Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import type { NativeBackend, OpAttribute } from '../backend/native-backend.js';

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
  /** Whoever holds the trace disposes it. */
  readonly tensor: Tensor;
}

/** A function's run, written down. */
export interface OpTrace {
  readonly operations: readonly TracedOperation[];
  readonly constants: readonly TracedConstant[];
  readonly feeds?: readonly TracedFeed[];
  readonly results: readonly TracedValue[];
}

/**
 * Runs `forward` on `argument` and writes down its operations. Whatever else they read becomes a constant, with its
 * values of now.
 *
 * @throws Error when `forward` reads a tensor's values: what it does then may depend on them
 */
export function traceOps(
  backend: NativeBackend,
  forward: (argument: Tensor) => readonly Tensor[],
  argument: Tensor,
): OpTrace {
  const operations: TracedOperation[] = [];
  const constants: TracedConstant[] = [];
  const sources = new Map<number, TracedValue>(); // by the binding's number of a tensor, which it never gives twice

  const { binding } = backend;
  const inputsOf = backend.getInputTensorIds.bind(backend);
  const shapes = new Map<number, { readonly shape: readonly number[]; readonly dtype: number }>();
  const sourceOf = (id: number): TracedValue => {
    const known = sources.get(id);
    if (known !== undefined) return known;
    const constant: TracedValue = { kind: 'constant', index: constants.length };
    constants.push({ ...shapes.get(id)!, values: binding.tensorDataSync(id) });
    sources.set(id, constant);
    return constant;
  };

  const typeOf = (id: number): OpAttribute => ({ name: 'T', type: binding.TF_ATTR_TYPE, value: shapes.get(id)!.dtype });
  const executeOp: typeof binding.executeOp = (name, attributes, inputIds, numOutputs) => {
    const inputs = inputIds.map(sourceOf);
    const outputs = binding.executeOp(name, attributes, inputIds, numOutputs);
    const operation = operations.length;
    // The one operation for which tfjs-node-gpu leaves the type to be told from the input, as only eager calls can.
    const omitted = name === 'ExpandDims' ? [typeOf(inputIds[0]!)] : [];
    operations.push({ name, attributes: [...attributes, ...omitted], inputs, shape: outputs[0]?.shape });
    outputs.forEach(({ id }, output) => sources.set(id, { kind: 'output', operation, output }));
    return outputs;
  };
  // Every operation goes through `getInputTensorIds`, then `executeOp`: own properties of the one backend object lie
  // over the prototype's methods while `forward` runs.
  const watched = {
    getInputTensorIds(tensors: readonly TensorInfo[]): number[] {
      const ids = inputsOf(tensors);
      tensors.forEach(({ dataId, shape }, i) => {
        const record = backend.tensorMap.get(dataId);
        if (record !== undefined) shapes.set(ids[i]!, { shape, dtype: record.dtype });
      });
      return ids;
    },
    readSync(): never {
      throw new Error(
        'A function that is frozen read a tensor’s values, expected operations on tensors alone: what it does may depend ' +
          'on them. Run it as it is.',
      );
    },
    // The addon's properties are read-only, so that one is laid over them, not assigned.
    binding: Object.create(binding, { executeOp: { value: executeOp } }) as NativeBackend['binding'],
  };
  const [argumentId] = backend.getInputTensorIds([argument]);
  sources.set(argumentId!, { kind: 'argument' });
  const restores = Object.keys(watched).map((key) => restoring(backend, key));
  try {
    Object.assign(backend, watched);
    const results = watched.getInputTensorIds(forward(argument)).map((id) => {
      const source = sourceOf(id);
      if (source.kind !== 'argument') return source;
      // A graph cannot return what it is fed.
      operations.push({ name: 'Identity', attributes: [typeOf(id)], inputs: [source] });
      return { kind: 'output', operation: operations.length - 1, output: 0 } as const;
    });
    return { operations, constants, results };
  } finally {
    for (const restore of restores) restore();
  }
}

/** What puts an object's own property back as it is now. */
function restoring(object: object, key: string): () => void {
  const descriptor = Object.getOwnPropertyDescriptor(object, key);
  return () => {
    if (descriptor === undefined) Reflect.deleteProperty(object, key);
    else Object.defineProperty(object, key, descriptor);
  };
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
  return { operations: kept, results: results.map(moved), constants: keptConstants, ...(feeds && { feeds }) };
}

/** The value of an operation's attribute; undefined when it has none of the name. */
export function attributeOf({ attributes }: TracedOperation, name: string): unknown {
  return attributes.find((attribute) => attribute.name === name)?.value;
}
