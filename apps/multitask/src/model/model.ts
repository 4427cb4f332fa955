// Stacked SharpNets as section 5.4 of the paper uses them: each sub-network predicts depth and normals from the image,
// and from what the one before it found.
//
// The paper does not say how one sub-network leads to the next. Here every sub-network is a whole SharpNet with a stem
// of its own that reads the image; from the second on, the stem's map is added to a merge of the earlier one's decoder
// features and predictions, as between the hourglasses of section 5.3. One sub-network alone is the published SharpNet.
import * as tf from '@tensorflow/tfjs-core';
import { type Slot, SlotCollector, type Weights } from 'rpg-core';
import type { ForwardContext } from 'rpg-core/layers';
import { ENCODER_STRIDE } from './encoder.js';
import { startAsSharpNet } from './initialization.js';
import { merge, type Prediction, subNetwork } from './sub-network.js';

/** Channels of the published encoder's stem, for `widthMultiplier` 1. */
const FULL_WIDTH = 64;

/** Whether each sub-network has norms of its own (`own`), or all are one and the same (`shared`). */
export type NormSharing = 'own' | 'shared';

/** Settings of stacked SharpNets. */
export interface StackedSharpNetOptions {
  /** Sub-networks, 1 or more. */
  readonly numStacks: number;
  /** Height and width of the images, a multiple of 16. */
  readonly inputSize: number;
  /** Share of the full network's channels, a multiple of 1/16. Default 1. */
  readonly widthMultiplier?: number;
  /**
   * `shared` declares one sub-network (and one merge) and runs it `numStacks` times: convolutions, biases, norms and
   * their moving averages are the same, and each moving average is moved by every run in turn. Default `own`.
   */
  readonly norms?: NormSharing;
}

/** A network that declares its slots and owns no weights. */
export interface MultitaskModel {
  readonly slots: readonly Slot[];
  readonly numStacks: number;
  readonly inputSize: number;
  /** Channels of the encoders' stems. */
  readonly width: number;
  /**
   * @param images float32 [batch, inputSize, inputSize, 3]
   * @returns the prediction of each sub-network, the last one being the best; the caller disposes them
   * @throws RangeError for images of another size
   */
  apply(weights: Weights, images: tf.Tensor4D, options: { readonly isTraining: boolean }): Prediction[];
}

/** @throws RangeError for settings that give no whole channels or maps */
export function stackedSharpNet(options: StackedSharpNetOptions): MultitaskModel {
  const { numStacks, inputSize, widthMultiplier = 1, norms = 'own' } = options;
  const width = FULL_WIDTH * widthMultiplier;
  checkOptions({ numStacks, inputSize, widthMultiplier, width });
  const slots = new SlotCollector();
  const numDeclared = norms === 'own' ? numStacks : 1;
  const parts = Array.from({ length: numDeclared }, (_, i) => {
    const name = `stack${i + 1}`;
    const isLast = norms === 'own' ? i === numStacks - 1 : numStacks === 1;
    return {
      refine: subNetwork(slots, { name, width }),
      hand: isLast ? undefined : merge(slots, { name: `${name}/merge`, width }),
    };
  });

  return {
    slots: startAsSharpNet(slots.slots),
    numStacks,
    inputSize,
    width,
    apply: (weights, images, { isTraining }) => {
      const [, height, breadth, numChannels] = images.shape;
      if (height !== inputSize || breadth !== inputSize || numChannels !== 3) {
        throw new RangeError(
          `Images are [${images.shape.join(', ')}], expected [batch, ${inputSize}, ${inputSize}, 3] as the model was built.`,
        );
      }
      return tf.tidy(() => {
        const context: ForwardContext = { weights, isTraining };
        let hint: tf.Tensor4D | undefined;
        return Array.from({ length: numStacks }, (_, i) => {
          const { refine, hand } = parts[Math.min(i, numDeclared - 1)]!;
          const output = refine(images, hint, context);
          if (i < numStacks - 1) hint = hand?.(output, context);
          return { depths: output.depths, normals: output.normals };
        });
      });
    },
  };
}

function checkOptions(options: Omit<Required<StackedSharpNetOptions>, 'norms'> & { readonly width: number }): void {
  const { numStacks, inputSize, widthMultiplier, width } = options;
  if (!Number.isInteger(numStacks) || numStacks < 1) {
    throw new RangeError(`numStacks is ${numStacks}, expected an integer of 1 or more.`);
  }
  if (!Number.isInteger(width) || width < 4 || width % 4 !== 0) {
    throw new RangeError(
      `widthMultiplier is ${widthMultiplier}, which makes ${width} channels of ${FULL_WIDTH}; expected a positive ` +
        'multiple of 4 channels, as with 1, 0.5, 0.25, 0.125 or 0.0625.',
    );
  }
  if (!Number.isInteger(inputSize) || inputSize < ENCODER_STRIDE || inputSize % ENCODER_STRIDE !== 0) {
    throw new RangeError(
      `inputSize is ${inputSize}, expected a multiple of ${ENCODER_STRIDE}: the encoder divides it by ${ENCODER_STRIDE}.`,
    );
  }
}
