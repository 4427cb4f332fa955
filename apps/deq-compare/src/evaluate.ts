// Loss, accuracy and, for equilibrium models, the searches over a whole split; each example counts once.
import type { WeightSource } from 'rpg-core';
import type { InterruptRequest } from 'training-kit';
import { evaluateClassifier, type Evaluation } from 'training-kit/classifier';
import type { Split } from 'training-kit/labelled-images';
import { createSolveLog, type OnUnsolved, type SolveSummary } from './metrics/solve-log.js';
import type { DeqModel } from './model/model.js';

/** What a model does on a split. */
export interface DeqEvaluation extends Evaluation {
  /** Of the forward searches; undefined for a model that searches nothing. */
  readonly solves: SolveSummary | undefined;
}

/** A search keeps some forty vectors an image: 128 images of the small model are half a gigabyte. */
const MAX_BATCH_SIZE = 128;

/**
 * Evaluates with the moving averages of the norms and without dropout.
 *
 * @throws RangeError for an empty split; Error for a search that does not converge, where `onUnsolved` is `stop`;
 *   Interrupted once `interrupt` asks for an end
 */
export async function evaluate(
  model: DeqModel,
  source: WeightSource,
  split: Split,
  { onUnsolved }: { readonly onUnsolved: OnUnsolved },
  interrupt?: InterruptRequest,
): Promise<DeqEvaluation> {
  const log = createSolveLog(onUnsolved);
  const weights = source.generate(); // once for all batches
  try {
    const { numClasses } = model;
    const logitsOf = (images: Parameters<DeqModel['apply']>[1]) =>
      model.apply(weights, images, { isTraining: false, onSolve: log.onSolve });
    const evaluation = await evaluateClassifier({ numClasses, logitsOf }, split, {
      maxBatchSize: MAX_BATCH_SIZE,
      interrupt,
    });
    return { ...evaluation, solves: log.take().forward };
  } finally {
    weights.dispose();
  }
}
