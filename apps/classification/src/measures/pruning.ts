// Appendix A: what a trained ring network still tells when whole filters of low ℓ1 norm are dropped and nothing is trained since.
import { multiplyAddsOf } from 'training-kit';
import type { Measured, TrainedRun } from 'training-kit/commands';
import { evaluate } from '../evaluate.js';
import { countLeft, dropFilters, prunable } from '../model/pruning.js';
import { openTrainedModel } from '../trained-model.js';

/** Of the filters of each layer; the paper drops as many. */
export const PRUNED_SHARE = 0.3;

/**
 * Test accuracy with filters dropped (`droppedTop1`); the shares of generated weights, multiply-adds and ring elements that are
 * left then.
 *
 * @throws RangeError for a network that no linear rings feed
 */
export async function measurePruning({ checkpoint, keyFile }: TrainedRun): Promise<Measured> {
  const { dataset, model, source } = await openTrainedModel(checkpoint, null, keyFile);
  const pruned = prunable(source);
  try {
    dropFilters(pruned, PRUNED_SHARE);
    const { positions } = multiplyAddsOf(model, dataset.imageShape[0]);
    const { weights, multiplyAdds, ringElements } = countLeft(pruned, positions);
    return {
      droppedTop1: (await evaluate(model, pruned, dataset.test)).top1,
      weightsLeft: weights.after / weights.before,
      multiplyAddsLeft: multiplyAdds.after / multiplyAdds.before,
      ringElementsLeft: ringElements.after / ringElements.before,
    };
  } finally {
    pruned.dispose();
  }
}
