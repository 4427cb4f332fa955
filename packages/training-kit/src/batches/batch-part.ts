// The part of every batch that is made here, where several workers share a training.
import { ConfigError } from '../errors.js';

/** Of `count` equal parts of a batch, one behind the other, the one at `index`, from 0. */
export interface BatchPart {
  readonly index: number;
  readonly count: number;
}

export const wholeBatch: BatchPart = { index: 0, count: 1 };

/**
 * Places in the batch that a part fills: from `first` on, `size` of them. Without a part, all.
 *
 * @throws ConfigError unless parts are equal
 */
export function placesOf(
  part: BatchPart | undefined,
  batchSize: number,
): { readonly first: number; readonly size: number } {
  const { index, count } = part ?? wholeBatch;
  const size = batchSize / count;
  if (!Number.isInteger(size)) {
    throw new ConfigError(
      'batchSize',
      `batchSize ${batchSize} cannot be shared out in ${count} equal parts; expected a multiple of ${count}.`,
    );
  }
  return { first: index * size, size };
}
