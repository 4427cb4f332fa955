// Parts of a split: fewer people to learn from, or a few to look at.
import type { Split } from './split.js';

/**
 * The people at `places`, in that order, with the pixels they had.
 *
 * @param places integers from 0 to numExamples − 1
 * @throws RangeError for a place that the split does not have
 */
export function selectPeople(split: Split, places: ArrayLike<number>): Split {
  const chosen = Array.from(places);
  const people = chosen.map((place) => {
    const person = split.people[place];
    if (person === undefined) {
      throw new RangeError(`There is no place ${place} in a split of ${split.numExamples} people.`);
    }
    return person;
  });
  const { images } = split;
  return {
    ...split,
    people,
    numExamples: people.length,
    images:
      images.kind === 'files'
        ? images
        : { ...images, figures: chosen.map((place) => images.figures?.[place] ?? place) },
  };
}
