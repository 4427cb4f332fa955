// Lets operations of our own convolve where they are faster, each with the bias, addition and ReLU behind the convolution in
// it. Kernels are made ready for them once, here.
import * as tf from '@tensorflow/tfjs-core';
import { TF_BFLOAT16 } from '../../backend/bfloat16-handles.js';
import type { NativeBackend, OpAttribute } from '../../backend/native-backend.js';
import { boolAttribute, intAttribute } from '../../operations/attributes.js';
import { hasDirectConvolution, isFasterDirectly } from '../../operations/convolution/direct-conv.js';
import { frozenConvAttributes } from '../../operations/convolution/frozen-conv-attributes.js';
import { hasOwnConvolutions, isFasterByWinograd } from '../../operations/convolution/winograd-conv.js';
import type { FreezeContext, FreezePass } from '../freeze-pass.js';
import type { OpTrace, TracedConstant, TracedFeed, TracedOperation, TracedValue } from '../op-trace.js';
import { attributeOf, readersOf, withoutUnread } from '../op-trace.js';

/** The trace is float32 still; what is faster depends on the precision in which it will run. */
export const joinConvolutions: FreezePass = (trace, { native, precision }) => {
  if (!hasOwnConvolutions()) return trace;
  const operations = [...trace.operations];
  const feeds = [...trace.feeds];
  const readers = readersOf(trace);
  const joined = new Set<number>();
  const rules = { precision, hasDirect: precision === 'bfloat16' && hasDirectConvolution(native) };

  trace.operations.forEach((operation, position) => {
    const convolution = convolutionAt(trace, operation, native);
    const own = convolution && ownOperation(convolution, rules, native);
    if (own === undefined) return;
    const chain = chainBehind(trace, readers, joined, position);
    const { last, bias, addition } = chain;
    const index = feeds.push(own.kernel()) - 1;
    operations[last] = {
      name: own.name,
      attributes: [
        operation.attributes.find(({ name }) => name === 'T')!,
        ...own.attributes,
        ...frozenConvAttributes(native, chain),
      ],
      inputs: [convolution!.x, { kind: 'feed', index }, ...[bias, addition].filter((value) => value !== undefined)],
      shape: operation.shape,
    };
  });
  return withFollowers(withoutUnread({ ...trace, operations, feeds }), native);
};

/** Tells each of our operations whether the next is ours too: then its threads stay awake for it. */
function withFollowers(trace: OpTrace, { binding }: NativeBackend): OpTrace {
  const isOwn = (operation: TracedOperation | undefined): boolean => (operation?.name ?? '').startsWith('Frozen');
  const operations = trace.operations.map((operation, i) => {
    if (!isOwn(operation)) return operation;
    const isFollowed = boolAttribute(binding, 'is_followed', isOwn(trace.operations[i + 1]));
    return { ...operation, attributes: [...operation.attributes, isFollowed] };
  });
  return { ...trace, operations };
}

/** A convolution of constant kernels, as many zeros on each side, and one stride. */
interface Convolution {
  readonly x: TracedValue;
  readonly kernel: TracedConstant;
  readonly stride: number;
  readonly padding: number;
  /** Of the result: batch, height, width, channels. */
  readonly shape: readonly number[];
}

function convolutionAt(
  { constants, operations }: OpTrace,
  operation: TracedOperation,
  { binding }: NativeBackend,
): Convolution | undefined {
  const { name, inputs, shape } = operation;
  if (name !== 'Conv2D' || shape === undefined || attributeOf(operation, 'data_format') !== 'NHWC') return undefined;
  const [x, filter] = inputs as [TracedValue, TracedValue];
  const kernel = filter.kind === 'constant' ? constants[filter.index]! : undefined;
  if (kernel?.dtype !== binding.TF_FLOAT) return undefined;
  const [height, width] = kernel.shape as [number, number];
  const [, stride, across] = attributeOf(operation, 'strides') as [number, number, number];
  const isDilated = (attributeOf(operation, 'dilations') as number[]).some((size) => size !== 1);
  if (isDilated || height !== width || stride !== across) return undefined;
  if (attributeOf(operation, 'padding') === 'VALID') {
    const padded = x.kind === 'output' ? paddingAt(operations[x.operation]!, constants) : undefined;
    return { x, padding: 0, ...padded, kernel, stride, shape };
  }
  if (attributeOf(operation, 'padding') !== 'SAME' || stride !== 1 || height % 2 === 0) return undefined;
  return { x, kernel, stride, padding: (height - 1) / 2, shape };
}

/** As many zeros on each side of images, and what they are put around. */
function paddingAt(
  { name, inputs }: TracedOperation,
  constants: OpTrace['constants'],
): Pick<Convolution, 'x' | 'padding'> | undefined {
  if (name !== 'PadV2') return undefined;
  const [sizes, value] = inputs
    .slice(1)
    .map((input) => (input.kind === 'constant' ? constants[input.index]! : undefined));
  if (sizes === undefined || value === undefined) return undefined;
  const [zero] = value.values as Float32Array;
  const [batch, batchBehind, padding, ...others] = sizes.values as Int32Array;
  const isEven = others.length === 5 && others.every((size, i) => size === (i < 3 ? padding : 0));
  return isEven && zero === 0 && batch === 0 && batchBehind === 0 ? { x: inputs[0]!, padding: padding! } : undefined;
}

/** One of our operations, for a convolution. */
interface OwnOperation {
  readonly name: string;
  /** Beside those that all have. */
  readonly attributes: readonly OpAttribute[];
  readonly kernel: () => TracedFeed;
}

/** The one that is faster than TensorFlow's; undefined where none is. */
function ownOperation(
  { kernel, stride, padding, shape }: Convolution,
  { precision, hasDirect }: Pick<FreezeContext, 'precision'> & { readonly hasDirect: boolean },
  native: NativeBackend,
): OwnOperation | undefined {
  const { binding } = native;
  const keepsSize = stride === 1 && 2 * padding + 1 === kernel.shape[0];
  if (keepsSize && isFasterByWinograd({ image: shape, kernel: kernel.shape, precision, isFrozen: true })) {
    const ready = (): TracedFeed => ({ dtype: binding.TF_FLOAT, tensor: prepared('WinogradKernel', kernel, native) });
    return { name: 'FrozenWinogradConv2D', attributes: [], kernel: ready };
  }
  if (hasDirect && isFasterDirectly(shape)) {
    const attributes = [intAttribute(binding, 'stride', stride), intAttribute(binding, 'padding', padding)];
    const ready = (): TracedFeed => ({ dtype: TF_BFLOAT16, tensor: prepared('DirectKernel', kernel, native) });
    return { name: 'FrozenDirectConv2D', attributes, kernel: ready };
  }
  return undefined;
}

function prepared(operation: string, { shape, values }: TracedConstant, native: NativeBackend): tf.Tensor {
  const kernel = tf.tensor(values as Float32Array, [...shape]);
  try {
    return native.executeSingleOutput(operation, [], [kernel]);
  } finally {
    kernel.dispose();
  }
}

/** What is computed in one operation, ending at the operation `last`. */
interface Chain {
  readonly last: number;
  readonly bias?: TracedValue;
  readonly addition?: TracedValue;
  readonly hasRelu: boolean;
}

/** Follows the convolution at `position` as long as one operation alone reads the value, and marks what it joins. */
function chainBehind(
  { operations }: OpTrace,
  readers: ReturnType<typeof readersOf>,
  joined: Set<number>,
  position: number,
): Chain {
  const size = operations[position]!.shape!.join();
  let chain: Chain = { last: position, hasRelu: false };
  for (;;) {
    const [reader, ...others] = readers.get(chain.last) ?? [];
    if (reader === undefined || others.length > 0 || joined.has(reader)) return chain;
    const { name, inputs } = operations[reader]!;
    const isOwn = (value: TracedValue): boolean => value.kind === 'output' && value.operation === chain.last;
    const other = inputs.find((value) => !isOwn(value));
    if (name === 'Relu') {
      joined.add(reader);
      return { ...chain, last: reader, hasRelu: true };
    } else if (name === 'BiasAdd' && chain.last === position && other?.kind === 'constant') {
      chain = { ...chain, last: reader, bias: other };
    } else if (/^Add(V2)?$/.test(name) && chain.addition === undefined && other?.kind === 'output') {
      if (operations[other.operation]!.shape?.join() !== size || other.output !== 0) return chain;
      chain = { ...chain, last: reader, addition: other };
    } else {
      return chain;
    }
    joined.add(reader);
  }
}
