// The paper's side of table 1: the same stem and head, and between them the multi-scale block two to four times, fed by
// one ring of one block's size.
import * as tf from '@tensorflow/tfjs-core';
import { SlotCollector } from 'rpg-core';
import { type BackboneOptions, checkBackbone } from './block-options.js';
import { branchShapes, zeroBranches } from './branches.js';
import { dropoutMasks } from './dropout.js';
import { head, withConstantNorms } from './head.js';
import type { DeqModel } from './model.js';
import { msBlock } from './ms-block.js';
import { stem } from './stem.js';

/** Settings of a network of repeated blocks. */
export interface RepeatedBlockOptions extends BackboneOptions {
  readonly numClasses: number;
  /** 1 or more; table 1 has 2, 3 and 4. */
  readonly numBlocks: number;
}

/**
 * Builds the layers: every repetition reads the maps of the one before, zeros at first, and the stem's output, as the
 * unrolled equilibrium model does. Each has convolutions and norms of its own, named `block1/…`, `block2/…`; which
 * convolutions share numbers is the weight source's choice (`weights.ts`).
 *
 * Differs from the equilibrium model: kernels have no weight norm, whose gains would be the repetitions' own, and start
 * as rpg-core's convolutions do; nothing here has to be a contraction.
 *
 * @throws RangeError for sizes that give no network
 */
export function repeatedBlock(options: RepeatedBlockOptions): DeqModel {
  checkBackbone(options);
  const { channels, numClasses, numBlocks, dropoutRate: rate } = options;
  if (!Number.isInteger(numBlocks) || numBlocks < 1) {
    throw new RangeError(`numBlocks is ${numBlocks}, expected an integer of 1 or more.`);
  }
  const slots = new SlotCollector();
  const initialBlock = stem(slots, channels[0]!, channels.length, options.numHalvings);
  const blocks = Array.from({ length: numBlocks }, (_, i) => msBlock(slots, { name: `block${i + 1}`, channels }));
  const classify = head(slots, options);

  return {
    slots: withConstantNorms(slots.slots),
    numClasses,
    firstKernel: slots.slots[0]!,
    apply: (weights, images, { isTraining, rng }) =>
      tf.tidy(() => {
        const context = { weights, isTraining };
        const injection = initialBlock(images, context);
        const [batchSize, height, width] = injection.shape;
        const shapes = branchShapes([height, width], channels);
        let maps = zeroBranches(batchSize, shapes);
        blocks.forEach((block, i) => {
          const masks = isTraining ? dropoutMasks({ batchSize, channels, rate }, rng?.fork(`block${i + 1}`)) : [];
          maps = block.apply(maps, { injection, masks }, context);
        });
        return classify(maps, context);
      }),
  };
}
