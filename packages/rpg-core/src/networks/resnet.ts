// ResNet-18 and ResNet-34 (He et al. 2016) as the paper uses them: the convolutions of the residual blocks are backbone
// slots, which a ring may generate; stem, head and norms are not generated, as in the official code.
import * as tf from '@tensorflow/tfjs-core';
import { relu } from '../layers/activations.js';
import { batchNorm } from '../layers/batch-norm.js';
import { conv2d } from '../layers/conv2d.js';
import { dense } from '../layers/dense.js';
import type { ForwardContext, Layer } from '../layers/layer.js';
import { globalAveragePool, maxPool2d } from '../layers/pooling.js';
import { SlotCollector, type Slot } from '../slot.js';
import type { Weights } from '../weight-source.js';

/** Basic blocks in each of the four stages. */
const BLOCKS_PER_STAGE = { 18: [2, 2, 2, 2], 34: [3, 4, 6, 3] } as const;

/** Settings of a ResNet. */
export interface ResNetOptions {
  readonly depth: 18 | 34;
  readonly numClasses: number;
  /** Channels of the first stage; later stages double them. 64 is the full network. */
  readonly width: number;
  /** `cifar`: 3×3 at stride 1, no pooling. `imagenet`: 7×7 at stride 2, then 3×3 max-pooling at stride 2. */
  readonly stem: 'cifar' | 'imagenet';
}

/** A network that declares its slots and owns no weights. */
export interface Classifier {
  readonly slots: readonly Slot[];
  readonly numClasses: number;
  /** The stem's kernel, for a look at the first filters. */
  readonly firstKernel: Slot;
  /**
   * @param images float32 [batch, height, width, 3], normalised
   * @returns logits float32 [batch, numClasses]; the caller disposes them
   */
  apply(weights: Weights, images: tf.Tensor4D, options: { isTraining: boolean }): tf.Tensor2D;
}

/** Builds a ResNet's layers. In each block the shortcut's convolution is declared first, as in the official code. */
export function resnet({ depth, numClasses, width, stem: stemKind }: ResNetOptions): Classifier {
  const slots = new SlotCollector();
  const stem = buildStem(slots, stemKind, width);
  const blocks: Layer[] = [];
  let inChannels = width;
  BLOCKS_PER_STAGE[depth].forEach((numBlocks, stage) => {
    const outChannels = width * 2 ** stage;
    for (let block = 0; block < numBlocks; block++) {
      const stride = stage > 0 && block === 0 ? 2 : 1;
      const name = `stage${stage + 1}/block${block + 1}`;
      blocks.push(basicBlock(slots, { name, inChannels, outChannels, stride }));
      inChannels = outChannels;
    }
  });
  const head = dense(slots, { name: 'head', inFeatures: inChannels, outFeatures: numClasses });

  return {
    slots: slots.slots,
    numClasses,
    firstKernel: slots.slots[0]!,
    apply: (weights, images, { isTraining }) =>
      tf.tidy(() => {
        const context: ForwardContext = { weights, isTraining };
        let x = stem(images, context);
        for (const block of blocks) x = block(x, context);
        return head(globalAveragePool(x), context);
      }),
  };
}

function buildStem(slots: SlotCollector, kind: ResNetOptions['stem'], width: number): Layer {
  const [kernelSize, stride] = kind === 'cifar' ? [3, 1] : [7, 2];
  const conv = conv2d(slots, { name: 'stem', inChannels: 3, outChannels: width, kernelSize, stride, role: 'stem' });
  const norm = batchNorm(slots, { name: 'stem/norm', numChannels: width });
  return (images, context) => {
    const x = relu(norm(conv(images, context), context)); // [batch, h, w, width], for imagenet half of h and w
    return kind === 'cifar' ? x : maxPool2d(x, 3, 2, 1);
  };
}

interface BlockOptions {
  readonly name: string;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly stride: number;
}

/** conv–norm–ReLU–conv–norm beside a shortcut, which is a 1×1 convolution where the shape changes; then ReLU. */
function basicBlock(slots: SlotCollector, { name, inChannels, outChannels, stride }: BlockOptions): Layer {
  const shortcut =
    stride !== 1 || inChannels !== outChannels
      ? convNorm(slots, { name: `${name}/shortcut`, inChannels, outChannels, kernelSize: 1, stride })
      : undefined;
  const first = convNorm(slots, { name: `${name}/conv1`, inChannels, outChannels, kernelSize: 3, stride });
  const second = convNorm(slots, {
    name: `${name}/conv2`,
    inChannels: outChannels,
    outChannels,
    kernelSize: 3,
    stride: 1,
  });
  return (x, context) => {
    const residual = second(relu(first(x, context)), context);
    return relu(tf.add(residual, shortcut === undefined ? x : shortcut(x, context)));
  };
}

function convNorm(slots: SlotCollector, options: BlockOptions & { readonly kernelSize: number }): Layer {
  const conv = conv2d(slots, options);
  const norm = batchNorm(slots, { name: `${options.name}/norm`, numChannels: options.outChannels });
  return (x, context) => norm(conv(x, context), context);
}
