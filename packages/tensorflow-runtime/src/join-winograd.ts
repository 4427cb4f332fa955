// Convolutions of a traced function by Winograd's algorithm where that is faster, each as one operation with the bias,
// addition and ReLU behind it. Kernels are transformed once, here.
import * as tf from '@tensorflow/tfjs-core';
import { boolAttribute, intAttribute } from './kernels/attributes.js';
import { isFasterByWinograd } from './kernels/winograd-conv.js';
import type { NativeBackend } from './native-backend.js';
import { attributeOf, readersOf, withoutUnread } from './op-trace.js';
import type { OpTrace, TracedConstant, TracedOperation, TracedValue } from './op-trace.js';

/**
 * @param precision in which the trace will run; it is float32 still
 * @returns a trace with the same argument and results; the caller disposes its feeds
 */
export function joinWinograd(trace: OpTrace, precision: 'float32' | 'bfloat16', native: NativeBackend): OpTrace {
  const operations = [...trace.operations];
  const feeds: tf.Tensor[] = [];
  const readers = readersOf(trace);
  const joined = new Set<number>();

  trace.operations.forEach((convolution, position) => {
    const kernel = kernelOf(trace, convolution, native);
    const { shape } = convolution; // x has the same size
    if (kernel === undefined || shape === undefined) return;
    if (!isFasterByWinograd({ image: shape, kernel: kernel.shape, precision, isFrozen: true })) return;

    const { last, bias, addition, hasRelu } = chainBehind(trace, readers, joined, position);
    const index = feeds.push(transformed(kernel, native)) - 1;
    operations[last] = {
      name: 'FrozenWinogradConv2D',
      attributes: [
        convolution.attributes.find(({ name }) => name === 'T')!,
        intAttribute(native.binding, 'num_biases', bias === undefined ? 0 : 1),
        intAttribute(native.binding, 'num_additions', addition === undefined ? 0 : 1),
        boolAttribute(native.binding, 'has_relu', hasRelu),
      ],
      inputs: [
        convolution.inputs[0]!,
        { kind: 'feed', index },
        ...[bias, addition].filter((value) => value !== undefined),
      ],
      shape,
    };
  });
  return withoutUnread({ ...trace, operations, feeds });
}

/** The kernel of a convolution with stride 1 that keeps the size, where it is constant. */
function kernelOf(
  { constants }: OpTrace,
  operation: TracedOperation,
  { binding }: NativeBackend,
): TracedConstant | undefined {
  if (operation.name !== 'Conv2D' || attributeOf(operation, 'data_format') !== 'NHWC') return undefined;
  const areOnes = (name: string): boolean => (attributeOf(operation, name) as number[]).every((size) => size === 1);
  if (attributeOf(operation, 'padding') !== 'SAME' || !areOnes('strides') || !areOnes('dilations')) return undefined;
  const kernel = operation.inputs[1];
  const constant = kernel?.kind === 'constant' ? constants[kernel.index]! : undefined;
  return constant?.dtype === binding.TF_FLOAT ? constant : undefined;
}

function transformed({ shape, values }: TracedConstant, native: NativeBackend): tf.Tensor {
  const kernel = tf.tensor(values as Float32Array, [...shape]);
  const result = native.executeSingleOutput('WinogradKernel', [], [kernel]);
  kernel.dispose();
  return tf.keep(result);
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
