// Pruning of a network whose weights come from linear rings (appendix A, table 7): filters of low ℓ1 norm are held at zero. The
// rings stay as they are; which filters are held is kept beside the norms' moving averages, in every checkpoint.
import * as tf from '@tensorflow/tfjs-core';
import type { GenerationPlan, WeightSource } from 'rpg-core';
import {
  type BeforeAfter,
  countPruned,
  maskFilters,
  type MultiplyAdds,
  type PrunedCounts,
  pruneFilters,
} from 'rpg-core/analysis';
import { percent } from 'training-kit';

const MASK = 'pruning/';

/** Whether a variable among a source's statistics says which filters are dropped. */
export function isFilterMask(name: string): boolean {
  return name.startsWith(MASK);
}

/**
 * The same network with a mask a slot that a ring feeds: `pruning/SLOT` among its statistics, float32 [filters], 1 for each
 * filter that is kept, as all are at first. A filter's norm is masked with it: otherwise its shift would give the channel a
 * constant value, and the channel could not be left out of the next layer.
 *
 * @returns a source that shares all other variables with `source`; disposing it disposes both
 */
export function prunable(source: WeightSource): WeightSource {
  const masks = new Map<string, tf.Variable>();
  for (const { slot } of [...source.plans.values()].flatMap(({ slots }) => slots)) {
    const ones = tf.ones([slot.shape.at(-1)!]);
    masks.set(slot.name, tf.variable(ones, false));
    ones.dispose();
  }
  const withNorms = new Map<string, tf.Tensor>(masks);
  for (const [name, mask] of masks) {
    for (const part of ['gamma', 'beta']) withNorms.set(normOf(name, part), mask);
  }
  return {
    ...source,
    statistics: new Map([...source.statistics, ...[...masks].map(([name, mask]) => [MASK + name, mask] as const)]),
    generate(precision) {
      const whole = source.generate(precision);
      const masked = maskFilters(whole, { masks: withNorms });
      return {
        ...masked,
        dispose() {
          masked.dispose();
          whole.dispose();
        },
      };
    },
    dispose() {
      tf.dispose([...masks.values()]);
      source.dispose();
    },
  };
}

/**
 * Masks, in each slot, the share of its filters that have the lowest ℓ1 norm now.
 *
 * @param source as `prunable` makes it
 * @throws RangeError for a share outside [0, 1), and for a source without linear rings: it has no filters to be compared
 */
export function dropFilters(source: WeightSource, share: number): void {
  requirePlans(source);
  for (const [ring, plan] of source.plans) {
    const values = source.trainables.get(ring)!.dataSync<'float32'>();
    for (const [name, mask] of pruneFilters(plan, values, { share }).masks) {
      const value = tf.tensor1d([...mask]);
      source.statistics.get(MASK + name)!.assign(value);
      value.dispose();
    }
  }
}

/**
 * What the masks of a source leave of its backbone, counted over all rings.
 *
 * @param positions at which each kernel is applied, as `MultiplyAdds` has them
 * @throws RangeError as `dropFilters`
 */
export function countLeft(source: WeightSource, positions: MultiplyAdds['positions']): PrunedCounts {
  requirePlans(source);
  const counts = [...source.plans.values()].map((plan) =>
    countPruned(plan, masksOf(source, plan), ({ name }) => positions.get(name)!),
  );
  const sum = (part: keyof PrunedCounts): BeforeAfter => ({
    before: counts.reduce((total, each) => total + each[part].before, 0),
    after: counts.reduce((total, each) => total + each[part].after, 0),
  });
  return {
    filters: sum('filters'),
    weights: sum('weights'),
    multiplyAdds: sum('multiplyAdds'),
    ringElements: sum('ringElements'),
  };
}

/** In a line for logs. */
export function describeLeft({ filters, weights, multiplyAdds, ringElements }: PrunedCounts): string {
  const left = ({ before, after }: BeforeAfter): string =>
    `${after.toLocaleString('en')} of ${before.toLocaleString('en')}`;
  return (
    `Pruned: ${left(filters)} filters are left, those of low ℓ1 norm are held at zero; ${left(weights)} backbone weights ` +
    `(${shareLeft(weights)}), from ${left(ringElements)} ring elements; ${shareLeft(multiplyAdds)} of the backbone's ` +
    'multiply-adds.'
  );
}

export function shareLeft({ before, after }: BeforeAfter): string {
  return percent(after / before);
}

/**
 * The same network without masks, for programs that know none: norms of dropped filters get scale and shift 0, and answer
 * nothing either. Changes the variables that it shares with `source`.
 */
export function withoutMasks(source: WeightSource): WeightSource {
  for (const [name, mask] of source.statistics) {
    if (!isFilterMask(name)) continue;
    for (const part of ['gamma', 'beta']) {
      const variable = source.trainables.get(normOf(name.slice(MASK.length), part))!;
      tf.tidy(() => {
        variable.assign(tf.mul(variable, mask));
      });
    }
  }
  return { ...source, statistics: new Map([...source.statistics].filter(([name]) => !isFilterMask(name))) };
}

function masksOf(source: WeightSource, plan: GenerationPlan): Map<string, Uint8Array> {
  return new Map(
    plan.slots.map(({ slot }) => [
      slot.name,
      Uint8Array.from(source.statistics.get(MASK + slot.name)!.dataSync<'float32'>()),
    ]),
  );
}

function requirePlans({ plans, generator }: WeightSource): void {
  const isShared = [...plans.values()].some(({ origin }) => origin?.kind === 'shared');
  if (plans.size > 0 && !isShared && generator === 'linear') return;
  throw new RangeError('The network is not fed by linear rings, whose filters could be dropped.');
}

/** @param kernel name of a convolution's slot, such as `stage1/block1/conv1/kernel` @param part `gamma` or `beta` */
function normOf(kernel: string, part: string): string {
  return kernel.replace(/kernel$/, `norm/${part}`);
}
