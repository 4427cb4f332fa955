// A network on a ring without its arrangement: the ring's numbers are there, but which weight is which of them was drawn from
// another seed, or is known in part (paper, section 5.5 "Security").
import { type GenerationPlan, planRing } from '../ring/generation-plan.js';
import { INDEX_MASK, NEGATIVE, type Sampling } from '../ring/index-array.js';
import type { Rng } from '../ring/rng.js';
import { shuffled } from '../ring/shuffle.js';
import { runAtOnce } from '../ring/stepwise.js';
import type { Slot } from '../weights/slot.js';
import { assembleWeightSource, requireLinear, type WeightSource } from '../weights/weight-source.js';

/**
 * The arrangement that another seed gives: the same slots, scales and ring size, other indices and signs.
 *
 * @throws RangeError for a plan that no seed decides: plain sharing
 */
export function redrawPlan(plan: GenerationPlan, rng: Rng): GenerationPlan {
  const { sampling, reflect } = drawnFrom(plan);
  const { ringSize, ringStandardDeviation } = plan;
  const slots = plan.slots.map(({ slot }) => slot);
  return planRing(slots, { ringSize, sampling, reflect, ringStandardDeviation }, rng);
}

/**
 * The arrangement as somebody guesses it who knows `knownShare` of the weights' indices and signs, at places drawn from
 * `rng`, and how the others were drawn, but not their seed. With even sampling the indices that are left are dealt out in a new
 * order, so that each element keeps its number of uses; with sequential sampling only signs are secret.
 *
 * @param knownShare from 0 to 1; rounded to whole weights
 * @throws RangeError for another share, and as `redrawPlan`
 */
export function guessPlan(plan: GenerationPlan, { knownShare }: { knownShare: number }, rng: Rng): GenerationPlan {
  if (!(knownShare >= 0 && knownShare <= 1)) {
    throw new RangeError(`guessPlan: knownShare is ${knownShare}, expected a number from 0 to 1.`);
  }
  const { sampling, reflect } = drawnFrom(plan);
  const { numGenerated, signedIndices, ringSize, ringStandardDeviation, slots } = plan;
  const places = runAtOnce(shuffled(numGenerated, countUp, rng.fork('places')));
  const hidden = places.subarray(Math.round(knownShare * numGenerated)); // in random order
  const guessed = signedIndices.slice();
  const indices = guessIndices(signedIndices, hidden, { sampling, ringSize, rng: rng.fork('indices') });
  const signs = rng.fork('signs');
  hidden.forEach((place, i) => {
    guessed[place] = indices[i]! | (reflect && signs.below(2) === 1 ? NEGATIVE : 0);
  });
  return { ringSize, numGenerated, ringStandardDeviation, slots, signedIndices: guessed };
}

/** For each hidden place, in their order, the index that is guessed. */
function guessIndices(
  signedIndices: Int32Array,
  hidden: Int32Array,
  { sampling, ringSize, rng }: { readonly sampling: Sampling; readonly ringSize: number; readonly rng: Rng },
): Int32Array {
  const indexAt = (place: number): number => signedIndices[place]! & INDEX_MASK;
  switch (sampling) {
    case 'even':
      return hidden.slice().sort().map(indexAt); // what is left, met by places in random order
    case 'uneven':
      return hidden.map(() => rng.below(ringSize));
    case 'sequential':
      return hidden.map(indexAt);
    default:
      throw new RangeError(`Unknown sampling ${String(sampling satisfies never)}.`);
  }
}

function drawnFrom({ origin }: GenerationPlan): { readonly sampling: Sampling; readonly reflect: boolean } {
  if (origin?.kind === 'drawn') return origin;
  throw new RangeError('This arrangement was not drawn from a seed, so that there is none to guess.');
}

function* countUp(target: Int32Array): Generator<undefined, void> {
  for (let i = 0; i < target.length; i++) target[i] = i;
  yield;
}

/**
 * The same numbers arranged otherwise: rings, independent slots and statistics as they are in `source`, in variables of
 * their own, so that training them leaves `source` alone.
 *
 * @param planOf gives each ring its other plan, of the same slots and size
 * @returns a source that the caller disposes
 * @throws RangeError for a plan of another ring size
 */
export function rearrange(
  source: WeightSource,
  planOf: (plan: GenerationPlan, name: string) => GenerationPlan,
): WeightSource {
  requireLinear(source, 'rearrange');
  const plans = new Map(
    [...source.plans].map(([name, plan]) => {
      const other = planOf(plan, name);
      if (other.ringSize === plan.ringSize) return [name, other];
      throw new RangeError(
        `rearrange: '${name}' has ${plan.ringSize} elements, but the plan for it ${other.ringSize}.`,
      );
    }),
  );
  const valuesOf = (name: string): Float32Array =>
    (source.trainables.get(name) ?? source.statistics.get(name))!.dataSync<'float32'>().slice();
  return assembleWeightSource(source.slots, plans, {
    ofRing: (name) => valuesOf(name),
    ofSlot: ({ name }: Slot) => valuesOf(name),
  });
}
