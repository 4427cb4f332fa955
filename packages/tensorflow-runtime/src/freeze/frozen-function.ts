// A traced function as a TensorFlow graph that is loaded into this process: runs it, and frees it.
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type { NativeBackend } from '../backend/native-backend.js';
import { savedModelOf, TAG, valueName } from './graph-def.js';
import type { OpTrace, TracedValue } from './op-trace.js';
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

/** @param trace whose feeds the frozen function keeps @param example of the shape and dtype that it takes */
export function loadFrozen(native: NativeBackend, trace: OpTrace, { shape, dtype, dataId }: tf.Tensor): FrozenFunction {
  const { binding } = native;
  const argument = { shape, dtype: native.tensorMap.get(dataId)!.dtype };
  const id = load(native, savedModelOf(trace, argument, binding));
  const feeds = trace.feeds.map(({ tensor }) => tf.keep(tensor));
  const inputNames = namesOf([{ kind: 'argument' }, ...feeds.map((_, index) => ({ kind: 'feed', index }) as const)]);
  const outputNames = namesOf(trace.results);

  let isDisposed = false;
  return {
    run(x) {
      if (isDisposed) throw new Error('This frozen function was disposed.');
      if (x.dtype !== dtype || x.shape.join() !== shape.join()) {
        throw new RangeError(
          `A frozen function was given ${x.dtype} [${x.shape.join(', ')}], expected ${dtype} [${shape.join(', ')}].`,
        );
      }
      const ids = native.getInputTensorIds([x, ...feeds]);
      return binding
        .runSavedModel(id, ids, inputNames, outputNames)
        .map((metadata) => native.createOutputTensor(metadata));
    },
    dispose() {
      if (isDisposed) return;
      isDisposed = true;
      binding.deleteSavedModel(id);
      tf.dispose(feeds);
    },
  };
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

/** Outputs of the graph's operations, as the binding wants them. */
function namesOf(values: readonly TracedValue[]): string {
  return values
    .map(valueName)
    .map((name) => (name.includes(':') ? name : `${name}:0`))
    .join(',');
}
