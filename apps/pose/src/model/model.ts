// Stacked hourglass (Newell et al. 2016) as section 5.3 of the paper uses it. The image first goes through an initial
// convolution block, then through sub-networks, each giving heat maps; every convolution of the sub-networks is a
// backbone slot, which a ring may generate.
//
// The paper creates "one global RPG and generate[s] parameters for each sub-network", after the initial block. So the
// stem is not generated, and all of a sub-network is: its hourglass, the residual module and 1×1 convolutions behind
// it, the heat maps' head, and the merge that leads on to the next sub-network. The merge belongs to the sub-network it
// leaves: only so does a further sub-network cost no weights, as in table 4, where all sizes stay the same. Biases and
// batch norms belong to each sub-network alone (section 3: each convolution has its own norm).
import * as tf from '@tensorflow/tfjs-core';
import { type Slot, SlotCollector, type Weights } from 'rpg-core';
import type { ForwardContext } from 'rpg-core/layers';
import { numJoints } from '../data/joints.js';
import { startAsTorch } from './initialization.js';
import { stem, STEM_STRIDE } from './stem.js';
import { subNetwork } from './sub-network.js';

/** Features of the published network, for `widthMultiplier` 1. */
const FULL_NUM_FEATURES = 256;

/** Settings of a stacked hourglass. */
export interface StackedHourglassOptions {
  /** Sub-networks, 1 or more. */
  readonly numStacks: number;
  /** Height and width of the images, a multiple of 4·2^depth. */
  readonly inputSize: number;
  /** Share of the full network's 256 features; they have to be a multiple of 4. Default 1. */
  readonly widthMultiplier?: number;
  /** How often each hourglass halves its map; default `usualDepth(inputSize)`. */
  readonly depth?: number;
}

/** A network that declares its slots and owns no weights. */
export interface PoseModel {
  readonly slots: readonly Slot[];
  readonly numStacks: number;
  readonly inputSize: number;
  /** Height and width of the heat maps. */
  readonly mapSize: number;
  readonly numFeatures: number;
  readonly depth: number;
  /**
   * @param images float32 [batch, inputSize, inputSize, 3]
   * @returns heat maps of each sub-network, float32 [batch, mapSize, mapSize, 16]; targets peak at 1. The caller
   *   disposes them
   * @throws RangeError for images of another size
   */
  apply(weights: Weights, images: tf.Tensor4D, options: { readonly isTraining: boolean }): tf.Tensor4D[];
}

/**
 * Depth of the hourglasses for smaller images: 4 as published, or as many halvings as leave a map of 4×4, the coarsest
 * of the published network. 256 and above: 4; 128: 3; 64: 2.
 *
 * @throws RangeError for an input size that cannot be halved once
 */
export function usualDepth(inputSize: number): number {
  const depths = [4, 3, 2, 1].filter((depth) => inputSize % (STEM_STRIDE * 2 ** depth) === 0 && inputSize > 0);
  const depth = depths.find((candidate) => inputSize / (STEM_STRIDE * 2 ** candidate) >= 4) ?? depths.at(-1);
  if (depth === undefined) {
    throw new RangeError(
      `inputSize is ${inputSize}, expected a multiple of ${2 * STEM_STRIDE}: the stem divides it by ${STEM_STRIDE} and an ` +
        'hourglass halves the map at least once.',
    );
  }
  return depth;
}

/** @throws RangeError for settings that give no whole feature maps */
export function stackedHourglass(options: StackedHourglassOptions): PoseModel {
  const { numStacks, inputSize, widthMultiplier = 1, depth = usualDepth(options.inputSize) } = options;
  const numFeatures = FULL_NUM_FEATURES * widthMultiplier;
  checkOptions({ numStacks, inputSize, widthMultiplier, depth, numFeatures });
  const slots = new SlotCollector();
  const initialBlock = stem(slots, numFeatures);
  const subNetworks = Array.from({ length: numStacks }, (_, i) =>
    subNetwork(slots, { name: `stack${i + 1}`, numFeatures, depth, numJoints, isLast: i === numStacks - 1 }),
  );

  return {
    slots: startAsTorch(slots.slots),
    numStacks,
    inputSize,
    mapSize: inputSize / STEM_STRIDE,
    numFeatures,
    depth,
    apply: (weights, images, { isTraining }) => {
      const [, height, width, numChannels] = images.shape;
      if (height !== inputSize || width !== inputSize || numChannels !== 3) {
        throw new RangeError(
          `Images are [${images.shape.join(', ')}], expected [batch, ${inputSize}, ${inputSize}, 3] as the model was built.`,
        );
      }
      return tf.tidy(() => {
        const context: ForwardContext = { weights, isTraining };
        let features = initialBlock(images, context);
        return subNetworks.map((refine) => {
          const refinement = refine(features, context);
          features = refinement.features;
          return refinement.heatMaps;
        });
      });
    },
  };
}

function checkOptions(options: Required<StackedHourglassOptions> & { readonly numFeatures: number }): void {
  const { numStacks, inputSize, widthMultiplier, depth, numFeatures } = options;
  if (!Number.isInteger(numStacks) || numStacks < 1) {
    throw new RangeError(`numStacks is ${numStacks}, expected an integer of 1 or more.`);
  }
  if (!Number.isInteger(numFeatures) || numFeatures < 4 || numFeatures % 4 !== 0) {
    throw new RangeError(
      `widthMultiplier is ${widthMultiplier}, which makes ${numFeatures} features of ${FULL_NUM_FEATURES}; expected a ` +
        'positive multiple of 4 features, as with 1, 0.5, 0.25 or 0.125.',
    );
  }
  if (!Number.isInteger(depth) || depth < 1) {
    throw new RangeError(`depth is ${depth}, expected an integer of 1 or more.`);
  }
  const divisor = STEM_STRIDE * 2 ** depth;
  if (!Number.isInteger(inputSize) || inputSize < divisor || inputSize % divisor !== 0) {
    throw new RangeError(
      `inputSize is ${inputSize}, expected a multiple of ${divisor}: the stem divides it by ${STEM_STRIDE}, and an ` +
        `hourglass of depth ${depth} halves the map ${depth} times. Take another size or a smaller depth.`,
    );
  }
}
