// Appendix A: how much of a trained ring network remains when whole filters of low ℓ1 norm are dropped, before and after it is
// trained on.
import { createRng, type WeightSource } from 'rpg-core';
import { maskFilters, pruneFilters, type Pruning } from 'rpg-core/analysis';
import type { Measured, TrainedRun } from 'training-kit/commands';
import type { ClassificationConfig } from '../config.js';
import { evaluate } from '../evaluate.js';
import { openTrainedModel } from '../trained-model.js';
import { trainBriefly } from './brief-training.js';

/** Of the filters of each layer; the paper drops as many. */
const SHARE = 0.3;
/** The paper does not say how the pruned network is trained on: a tenth of the run's rate, for this share of its epochs. */
const fineTuning = { rate: 0.1, epochs: 0.2 } as const;

/**
 * Test accuracy before (`wholeTop1`), with filters dropped (`prunedTop1`) and trained on (`finetunedTop1`); the shares of
 * generated weights, multiply-adds and ring elements that are left.
 *
 * @throws RangeError for a network without one ring that feeds all; ConfigError for one that was trained with a key
 */
export async function measurePruning({ checkpoint, note }: TrainedRun): Promise<Measured> {
  const { config, dataset, model, source } = await openTrainedModel(checkpoint, null, null);
  try {
    const [plan, ring] = [source.plans.get('ring'), source.trainables.get('ring')];
    if (plan === undefined || ring === undefined || plan.origin?.kind === 'shared' || source.generator !== 'linear') {
      throw new RangeError('The network is not fed by one linear ring, whose filters could be dropped.');
    }
    const side = dataset.imageShape[0];
    const pruning = pruneFilters(plan, await ring.data<'float32'>(), {
      share: SHARE,
      outputPositions: ({ name }) => outputPositions(name, side, config),
    });
    const { weights, multiplyAdds, ringElements } = pruning;
    const pruned = prunedSource(source, pruning);
    const top1 = async (of: WeightSource): Promise<number> => (await evaluate(model, of, dataset.test)).top1;
    const before = { wholeTop1: await top1(source), prunedTop1: await top1(pruned) };
    note(`Without ${100 * SHARE} % of the filters: ${before.prunedTop1}, with them ${before.wholeTop1}`);
    const numSteps = await trainBriefly({ model, source: pruned }, dataset.train, {
      config: { ...config, learningRate: fineTuning.rate * config.learningRate },
      numEpochs: Math.max(1, Math.round(fineTuning.epochs * config.numEpochs)),
      rng: createRng(config.seed).fork('pruning'),
    });
    const finetunedTop1 = await top1(pruned);
    note(`Trained on for ${numSteps} steps: ${finetunedTop1}`);
    return {
      ...before,
      finetunedTop1,
      weightsLeft: weights.after / weights.before,
      multiplyAddsLeft: multiplyAdds.after / multiplyAdds.before,
      ringElementsLeft: ringElements.after / ringElements.before,
    };
  } finally {
    source.dispose();
  }
}

/**
 * Positions at which a convolution of the backbone is applied to an image: each stage after the first halves the maps.
 *
 * @param slotName such as `stage2/block1/conv1/kernel` @param side of the images, in pixels
 */
export function outputPositions(slotName: string, side: number, { stem }: Pick<ClassificationConfig, 'stem'>): number {
  const stage = Number(/^stage(\d)\//.exec(slotName)?.[1]);
  const halvings = stage - 1 + (stem === 'imagenet' ? 2 : 0);
  let mapSide = side;
  for (let i = 0; i < halvings; i++) mapSide = Math.ceil(mapSide / 2);
  return mapSide ** 2;
}

/**
 * The same numbers without the dropped filters. A filter's norm goes with it: otherwise its shift would give the channel a
 * constant value, and the channel could not be left out of the next layer.
 *
 * @returns a source that shares all variables with `source`, which is the one to dispose
 */
export function prunedSource(source: WeightSource, { masks }: Pick<Pruning, 'masks'>): WeightSource {
  const withNorms = new Map(masks);
  for (const [name, mask] of masks) {
    for (const part of ['gamma', 'beta']) withNorms.set(name.replace(/kernel$/, `norm/${part}`), mask);
  }
  return {
    ...source,
    generate: (precision) => {
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
  };
}
