// Section 3 and appendix B: how near to orthogonal the filters are that a ring generates, after training and before it.
import type { WeightSource } from 'rpg-core';
import { type FilterSimilarity, filterSimilarity } from 'rpg-core/analysis';
import type { Measured, TrainedRun } from 'training-kit/commands';
import { buildNetwork } from '../model/network.js';
import { openTrainedModel } from '../trained-model.js';

/** Of all pairs together, at the end and as training began; and of each filter size, as curves over M (`outcome` lists them). */
export async function measureFilterAngles({ checkpoint, keyFile }: TrainedRun): Promise<Measured> {
  const { config, key, dataset, source } = await openTrainedModel(checkpoint, null, keyFile);
  const { source: fresh } = buildNetwork(config, { numClasses: dataset.numClasses, key });
  try {
    const trained = filterAngles(source);
    const start = filterAngles(fresh);
    const bySize = Object.entries({ trained, start }).flatMap(([when, { similarities }]) =>
      similarities.flatMap(({ filterSize, numPairs, meanCosine, meanSquaredCosine }) => [
        [`${when}Pairs/${filterSize}`, numPairs] as const,
        [`${when}Cosine/${filterSize}`, meanCosine] as const,
        [`${when}SquaredCosineTimesM/${filterSize}`, filterSize * meanSquaredCosine] as const,
      ]),
    );
    return {
      cosine: trained.cosine,
      squaredCosineTimesM: trained.squaredCosineTimesM,
      startCosine: start.cosine,
      startSquaredCosineTimesM: start.squaredCosineTimesM,
      meanShare: meanShare([...source.plans.keys()].map((name) => source.trainables.get(name)!.dataSync<'float32'>())),
      ...Object.fromEntries(bySize),
    };
  } finally {
    source.dispose();
    fresh.dispose();
  }
}

/** Angles between filters of equal size and number in different slots of a ring. */
export interface FilterAngles {
  /** Mean cosine over all pairs; proposition 1 has ⟨f_i, f_j⟩ be 0 in the mean. */
  readonly cosine: number;
  /** Mean over all pairs of the squared cosine times the pair's M; proposition 2 has it be 1. */
  readonly squaredCosineTimesM: number;
  /** The same by ring and filter size; see `filterSimilarity`. */
  readonly similarities: readonly FilterSimilarity[];
}

/** @throws RangeError where no two slots of a ring have filters of one size: in plain networks, for instance */
export function filterAngles({ plans, trainables }: Pick<WeightSource, 'plans' | 'trainables'>): FilterAngles {
  const similarities = [...plans].flatMap(([name, plan]) =>
    filterSimilarity(plan, trainables.get(name)!.dataSync<'float32'>()),
  );
  return { ...poolPairs(similarities), similarities };
}

/** Means over the pairs of all sizes. */
export function poolPairs(
  similarities: readonly Pick<FilterSimilarity, 'filterSize' | 'numPairs' | 'meanCosine' | 'meanSquaredCosine'>[],
): Pick<FilterAngles, 'cosine' | 'squaredCosineTimesM'> {
  let [pairs, cosines, squares] = [0, 0, 0];
  for (const { filterSize, numPairs, meanCosine, meanSquaredCosine } of similarities) {
    if (numPairs === 0) continue; // means of nothing
    pairs += numPairs;
    cosines += numPairs * meanCosine;
    squares += numPairs * filterSize * meanSquaredCosine;
  }
  if (pairs === 0)
    throw new RangeError('No ring feeds two filters of one size, so that there is no angle between them.');
  return { cosine: cosines / pairs, squaredCosineTimesM: squares / pairs };
}

/**
 * (ΣW)² / (N ΣW²) over the elements of all rings: 0 where they are evenly about 0. Near the cosine that filters have in the
 * mean without reflection, which leaves each of them the ring's mean.
 */
export function meanShare(rings: readonly Float32Array[]): number {
  let [count, sum, squares] = [0, 0, 0];
  for (const ring of rings) {
    count += ring.length;
    for (const value of ring) {
      sum += value;
      squares += value * value;
    }
  }
  return sum ** 2 / (count * squares);
}
