// All variables of a training as tensors by name: what a checkpoint holds and what a resumed run starts from.
import * as tf from '@tensorflow/tfjs-core';
import type { SafetensorsTensor, WeightSource } from 'rpg-core';
import { DataError } from '../errors.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import { notFiniteIn } from './finite-numbers.js';

/** The parts of a training that change from step to step. Without `optimizer` only the model is meant. */
export interface TrainingParts {
  readonly source: Pick<WeightSource, 'trainables' | 'statistics'>;
  readonly optimizer?: Pick<Optimizer, 'state'>;
}

/**
 * Reads all variables from the device.
 *
 * @returns float32 tensors named `weights/…`, `statistics/…` and `optimizer/…`; the arrays are copies
 */
export function captureState(parts: TrainingParts): Map<string, SafetensorsTensor> {
  const tensors = new Map<string, SafetensorsTensor>();
  for (const [name, variable] of trainingVariables(parts)) {
    const data = variable.dataSync<'float32'>().slice();
    tensors.set(name, { dtype: 'F32', shape: [...variable.shape], data });
  }
  return tensors;
}

/**
 * Assigns saved tensors to the variables they were captured from. All are checked before the first is assigned, so that
 * a file that does not fit leaves the training as it was.
 *
 * @param file names the checkpoint in error texts
 * @throws DataError for a tensor that is missing, of another shape, of another type or not finite
 */
export function restoreState(
  parts: TrainingParts,
  tensors: ReadonlyMap<string, SafetensorsTensor>,
  file: string,
): void {
  const fitting = [...trainingVariables(parts)].map(([name, variable]) => {
    const tensor = tensors.get(name);
    if (tensor === undefined) {
      throw new DataError(
        file,
        `${file} holds no tensor '${name}'; it is the checkpoint of another model or optimizer.`,
      );
    }
    if (tensor.dtype !== 'F32' || tensor.shape.join() !== variable.shape.join()) {
      throw new DataError(
        file,
        `${file}: tensor '${name}' is ${tensor.dtype} [${tensor.shape.join(', ')}], expected F32 ` +
          `[${variable.shape.join(', ')}]; it is the checkpoint of another model.`,
      );
    }
    const wrong = notFiniteIn(new Map([[name, tensor]]));
    if (wrong !== undefined) {
      throw new DataError(
        file,
        `${file}: tensor '${name}' holds ${wrong.value}; the training had diverged when it was written. Use an older ` +
          'checkpoint.',
      );
    }
    return { variable, data: tensor.data };
  });
  for (const { variable, data } of fitting) {
    const value = tf.tensor(data, variable.shape);
    variable.assign(value);
    value.dispose();
  }
}

/** Every variable of a training, by the name that it has in checkpoints; always in the same order. */
export function* trainingVariables({ source, optimizer }: TrainingParts): Generator<[string, tf.Variable]> {
  for (const [name, variable] of source.trainables) yield [`weights/${name}`, variable];
  for (const [name, variable] of source.statistics) yield [`statistics/${name}`, variable];
  for (const [name, variable] of optimizer?.state ?? []) yield [`optimizer/${name}`, variable];
}
