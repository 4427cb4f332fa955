// Loss and accuracy over a whole split; each example counts once.
import type { WeightSource } from 'rpg-core';
import type { Classifier } from 'rpg-core/resnet';
import { evaluateClassifier, type Evaluation, type EvaluationOptions } from 'training-kit/classifier';
import type { Split } from 'training-kit/labelled-images';

/**
 * Evaluates with the moving averages of the norms.
 *
 * @throws RangeError for an empty split
 * @throws DataError when none of its images can be read
 * @throws Interrupted once `options.interrupt` asks for an end
 */
export async function evaluate(
  model: Classifier,
  source: WeightSource,
  split: Split,
  options: Pick<EvaluationOptions, 'interrupt'> = {},
): Promise<Evaluation> {
  const weights = source.generate(); // once for all batches
  try {
    const { numClasses } = model;
    const logitsOf = (images: Parameters<Classifier['apply']>[1]) =>
      model.apply(weights, images, { isTraining: false });
    return await evaluateClassifier({ numClasses, logitsOf }, split, options);
  } finally {
    weights.dispose();
  }
}
