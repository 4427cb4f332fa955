// Top-1 and top-5 of a network of ImageNet on ObjectNet (table 6(c)).
import * as tf from '@tensorflow/tfjs-core';
import type { WeightSource } from 'rpg-core';
import type { Classifier } from 'rpg-core/resnet';
import { counted } from 'training-kit';
import { evaluationBatchSize, rankOf } from 'training-kit/classifier';
import { groupedDigits } from 'training-kit/data';
import { DataError } from 'training-kit/errors';
import type { ClassMapping, CommonClass } from './data/object-net/class-mapping.js';
import type { ObjectNet } from './data/object-net/object-net.js';

export interface ObjectNetScore {
  /** Images that counted: all of the common classes but those that cannot be read. */
  readonly numImages: number;
  /** Share of images of which a class that counts as right has the largest logit, of all 1,000. */
  readonly top1: number;
  /** Share of images of which one is among the five largest; a tie counts against the model. */
  readonly top5: number;
}

/**
 * Asks about every image once. All classes of ImageNet may be answered, as in training; nothing is tuned.
 *
 * @throws DataError when none of the images can be read
 */
export async function evaluateOnObjectNet(
  model: Classifier,
  source: WeightSource,
  { images, classes }: Pick<ObjectNet, 'images' | 'classes'>,
): Promise<ObjectNetScore> {
  const batchSize = evaluationBatchSize(images.imageShape);
  const weights = source.generate(); // once for all batches
  try {
    let numImages = 0;
    const hits = { top1: 0, top5: 0 };
    for await (const batch of images.evalBatches({ batchSize })) {
      const logits = tf.tidy(() => {
        const input = tf.tensor4d(batch.images, [batch.numExamples, ...batch.imageShape]);
        return model.apply(weights, input, { isTraining: false });
      });
      const values = logits.dataSync<'float32'>();
      logits.dispose();
      for (const [i, label] of batch.labels.entries()) {
        const ofImage = values.subarray(i * model.numClasses, (i + 1) * model.numClasses);
        const rank = rankOf(classes[label]!.imagenetIds, ofImage);
        if (rank < 1) hits.top1++;
        if (rank < 5) hits.top5++;
      }
      numImages += batch.numExamples;
    }
    return { numImages, top1: hits.top1 / numImages, top5: hits.top5 / numImages };
  } finally {
    weights.dispose();
  }
}

/**
 * Refuses a network of other classes than ImageNet's, and one that has them in another order.
 *
 * @param classNames what the network's data calls its classes: WordNet ids or words
 * @throws DataError
 */
export function checkImagenetClasses(
  checkpoint: string,
  classNames: readonly string[],
  { classes, imagenetLabels }: ClassMapping,
): void {
  const [has, expected] = [classNames.length, imagenetLabels.length];
  if (has !== expected) {
    throw new DataError(
      checkpoint,
      `Cannot use ${checkpoint} on ObjectNet: it tells ${counted(has, 'class', 'classes')} apart, expected the ` +
        `${groupedDigits(expected)} of ImageNet. A preset whose name begins with imagenet- trains on all of it.`,
    );
  }
  const others = idsOf(classes).filter((id) => !isCalled(classNames[id]!, imagenetLabels[id]!));
  if (2 * others.length <= idsOf(classes).length) return; // people spell some names otherwise
  const [first] = others;
  throw new DataError(
    checkpoint,
    `Cannot use ${checkpoint} on ObjectNet: its class ${first} is "${classNames[first!]}", and ImageNet's is ` +
      `"${imagenetLabels[first!]}"; ${others.length} of ${idsOf(classes).length} differ. Train on folders with ImageNet's own names (n01440764, …).`,
  );
}

function idsOf(classes: readonly CommonClass[]): number[] {
  return classes.flatMap(({ imagenetIds }) => imagenetIds);
}

/** WordNet ids are in ImageNet's order by nature: classes are sorted by them. */
function isCalled(name: string, label: string): boolean {
  const firstWords = (text: string): string => text.split(',')[0]!.trim().toLowerCase();
  return /^n\d{8}$/.test(name) || firstWords(name) === firstWords(label);
}
