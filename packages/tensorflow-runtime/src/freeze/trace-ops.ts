// Runs a function once and writes down which TensorFlow operations it runs, and what flows between them.
import type { Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import type { NativeBackend, OpAttribute } from '../backend/native-backend.js';
import type { OpTrace, TracedConstant, TracedOperation, TracedValue } from './op-trace.js';

/**
 * Runs `forward` on `argument` and writes down its operations. Whatever else they read becomes a constant, with its
 * values of now. Convolutions are TensorFlow's own.
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
    isTraced: true,
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
    return { operations, constants, feeds: [], results };
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
