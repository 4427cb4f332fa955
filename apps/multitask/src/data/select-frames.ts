// Parts of a split: a few frames to look at.
import type { Split } from './split.js';

/**
 * The frames at `places`, in that order, with the pixels they had.
 *
 * @param places integers from 0 to numExamples − 1
 * @throws RangeError for a place that the split does not have
 */
export function selectFrames(split: Split, places: readonly number[]): Split {
  const { frames, numExamples } = split;
  for (const place of places) {
    if (Number.isInteger(place) && place >= 0 && place < numExamples) continue;
    throw new RangeError(`There is no place ${place} in a split of ${numExamples} frames.`);
  }
  return {
    ...split,
    numExamples: places.length,
    frames:
      frames.kind === 'files'
        ? { ...frames, names: places.map((place) => frames.names[place]!) }
        : { ...frames, rooms: places.map((place) => frames.rooms?.[place] ?? place) },
  };
}
