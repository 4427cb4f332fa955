// Turns a function with fixed weights into a TensorFlow graph: one call instead of one an operation, norms folded into
// convolutions, kernels kept in the order in which they are multiplied, and convolutions by operations of our own where
// those are faster.
//
// Joining the bias, addition and ReLU behind TensorFlow's own convolutions (_FusedConv2D) was tried: no faster on two
// cores, where the convolutions take nearly all of the time.
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { carriesBfloat16 } from '../backend/bfloat16-handles.js';
import { asNative, NATIVE_BACKEND, type NativeBackend } from '../backend/native-backend.js';
import { hasOwnConvolutions, withoutWinograd } from '../kernels/convolution/winograd-conv.js';
import { savedModelOf, TAG, valueName } from './graph-def.js';
import { type OpTrace, type TracedValue, traceOps } from './op-trace.js';
import { dropReshapes } from './passes/drop-reshapes.js';
import { foldNorms } from './passes/fold-norms.js';
import { joinConvolutions } from './passes/join-convolutions.js';
import { lowerPrecision } from './passes/lower-precision.js';
import type { Pieces } from './protobuf-wire.js';

/** A function whose operations are fixed, and everything it reads beside its argument. */
export interface FrozenFunction {
  /**
   * As the function itself, but for rounding.
   *
   * @param x of the shape and dtype that it was frozen with
   * @returns what the function returned; the caller disposes them
   * @throws RangeError for another shape or dtype; Error after `dispose`
   */
  run(x: tf.Tensor): tf.Tensor[];
  /** Frees the graph with its copy of the weights. Calling it again does nothing. */
  dispose(): void;
}

export interface FreezeOptions {
  /**
   * `bfloat16`: convolutions and what joins them keep its 8 bits of mantissa; everything else, argument and results
   * included, stays float32. Without effect where the processor has no fast bfloat16 (avx512_bf16, AMX), as
   * in training. Default `float32`.
   */
  readonly precision?: 'float32' | 'bfloat16';
}

/** Whether `freeze` can be called: whether TensorFlow is tfjs's current backend. */
export function isFreezable(): boolean {
  return tf.getBackend() === NATIVE_BACKEND;
}

/**
 * Runs `forward` once on `example` and keeps its operations as a graph. Whatever else they read (weights) stays as it is
 * now; the tensors themselves may be disposed. Takes one to four seconds for a network of 11 M weights, and their size
 * in memory once more.
 *
 * @param forward calls operations on tensors alone, always the same ones; it may not read values
 * @param example float32 or int32; its shape is the only one that the frozen function takes
 * @throws Error when TensorFlow is not the current backend, or `forward` reads values
 */
export function freeze(
  forward: (x: tf.Tensor) => readonly tf.Tensor[],
  example: tf.Tensor,
  { precision = 'float32' }: FreezeOptions = {},
): FrozenFunction {
  if (!isFreezable()) {
    throw new Error(`freeze needs TensorFlow, but the backend is ${tf.getBackend()}. Run the function as it is.`);
  }
  const backend = asNative(tf.backend());
  const { binding } = backend;
  const { shape, dtype } = example;
  const type = precision === 'bfloat16' && carriesBfloat16(backend) ? 'bfloat16' : 'float32';
  const folded = foldNorms(dropReshapes(tracedInScope(backend, forward, example)), binding);
  const joined = hasOwnConvolutions() ? joinConvolutions(folded, type, backend) : folded;
  const trace = type === 'bfloat16' ? lowerPrecision(joined, binding) : joined;
  const argument = { shape, dtype: backend.tensorMap.get(example.dataId)!.dtype };
  const feeds = (trace.feeds ?? []).map(({ tensor }) => tensor);
  const inputs: TracedValue[] = [{ kind: 'argument' }, ...feeds.map((_, index) => ({ kind: 'feed', index }) as const)];
  const [inputNames, outputNames] = [inputs, trace.results].map((values) =>
    values.map((value) => withOutput(valueName(value))).join(','),
  ) as [string, string];
  const id = orDispose(feeds, () => load(backend, savedModelOf(trace, argument, binding)));

  let isDisposed = false;
  return {
    run(x) {
      if (isDisposed) throw new Error('This frozen function was disposed.');
      if (x.dtype !== dtype || x.shape.join() !== shape.join()) {
        throw new RangeError(
          `A frozen function was given ${x.dtype} [${x.shape.join(', ')}], expected ${dtype} [${shape.join(', ')}].`,
        );
      }
      const ids = backend.getInputTensorIds([x, ...feeds]);
      return binding
        .runSavedModel(id, ids, inputNames, outputNames)
        .map((metadata) => backend.createOutputTensor(metadata));
    },
    dispose() {
      if (isDisposed) return;
      isDisposed = true;
      binding.deleteSavedModel(id);
      tf.dispose(feeds);
    },
  };
}

/** `traceOps`; what `forward` made is disposed. */
function tracedInScope(backend: NativeBackend, forward: Parameters<typeof freeze>[0], example: tf.Tensor): OpTrace {
  tf.engine().startScope();
  try {
    return withoutWinograd(() => traceOps(backend, forward, example));
  } finally {
    tf.engine().endScope();
  }
}

/** What `work` returns; when it throws, `tensors` have no owner and are disposed. */
function orDispose<Result>(tensors: readonly tf.Tensor[], work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    tf.dispose([...tensors]);
    throw error;
  }
}

/** TensorFlow loads graphs from folders only. */
function load({ binding }: NativeBackend, savedModel: Pieces): number {
  const folder = mkdtempSync(join(tmpdir(), 'frozen-'));
  try {
    const file = openSync(join(folder, 'saved_model.pb'), 'wx', 0o600);
    try {
      for (const piece of savedModel) writeFileSync(file, piece);
    } finally {
      closeSync(file);
    }
    return binding.loadSavedModel(folder, TAG);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function withOutput(name: string): string {
  return name.includes(':') ? name : `${name}:0`;
}
