// ResNet-18 and ResNet-34 (He et al. 2016) as the paper uses them: the convolutions of the residual blocks are backbone
// slots, which a ring may generate; stem, head and norms are not generated, as in the official code.
import * as tf from '@tensorflow/tfjs-core';
import { batchNorm, batchNormAdd } from '../layers/batch-norm.js';
import { conv2d } from '../layers/conv2d.js';
import { dense } from '../layers/dense.js';
import type { ForwardContext, Layer } from '../layers/layer.js';
import { globalAveragePool, maxPool2d } from '../layers/pooling.js';
import { castTo, type Precision, precisionInUse } from '../ops/precision.js';
import { type Slot, SlotCollector } from '../weights/slot.js';
import type { Weights } from '../weights/weight-source.js';

/** Basic blocks in each of the four stages. */
const blocksPerStage = { 18: [2, 2, 2, 2], 34: [3, 4, 6, 3] } as const;

/** One of the four groups of basic blocks ("building block" of figures 3 and 7), counted from 1. */
export type Stage = 1 | 2 | 3 | 4;

/** Settings of a ResNet. */
export interface ResNetOptions {
  readonly depth: 18 | 34;
  readonly numClasses: number;
  /** Channels of the first stage; later stages double them. 64 is the full network. */
  readonly width: number;
  /** `cifar`: 3×3 at stride 1, no pooling. `imagenet`: 7×7 at stride 2, then 3×3 max-pooling at stride 2. */
  readonly stem: 'cifar' | 'imagenet';
  /**
   * What activations are kept in while training; default float32. With `bfloat16` stem and blocks compute in it where
   * the backend can, the head and all else in float32. Without training all is float32.
   */
  readonly precision?: Precision;
}

/** A network that declares its slots and owns no weights. */
export interface Classifier {
  readonly slots: readonly Slot[];
  readonly numClasses: number;
  /** The stem's kernel, for a look at the first filters. */
  readonly firstKernel: Slot;
  /** What most of its layers compute in while training: for the weight source's `generate`. */
  readonly precision: Precision;
  /**
   * @param images float32 [batch, height, width, 3], normalised
   * @returns logits float32 [batch, numClasses]; the caller disposes them
   */
  apply(weights: Weights, images: tf.Tensor4D, options: { isTraining: boolean }): tf.Tensor2D;
  /**
   * What a stage hands on to the next one, behind its last ReLU, as the network computes it without training.
   *
   * @param images float32 [batch, height, width, 3], normalised
   * @returns float32 [batch, height', width', width · 2^(stage − 1)]; the caller disposes it
   */
  featureMaps(weights: Weights, images: tf.Tensor4D, options: { stage: Stage }): tf.Tensor4D;
}

/** Builds a ResNet's layers. In each block the shortcut's convolution is declared first, as in the official code. */
export function resnet({
  depth,
  numClasses,
  width,
  stem: stemKind,
  precision: wanted = 'float32',
}: ResNetOptions): Classifier {
  const slots = new SlotCollector();
  const stem = buildStem(slots, stemKind, width);
  let inChannels = width;
  const stages = blocksPerStage[depth].map((numBlocks, stage) => {
    const outChannels = width * 2 ** stage;
    const blocks: Layer[] = [];
    for (let block = 0; block < numBlocks; block++) {
      const stride = stage > 0 && block === 0 ? 2 : 1;
      const name = `stage${stage + 1}/block${block + 1}`;
      blocks.push(basicBlock(slots, { name, inChannels, outChannels, stride }));
      inChannels = outChannels;
    }
    return blocks;
  });
  const head = dense(slots, { name: 'head', inFeatures: inChannels, outFeatures: numClasses });

  const throughStages = (images: tf.Tensor4D, context: ForwardContext, numStages: number): tf.Tensor4D => {
    let x = stem(images, context);
    for (const block of stages.slice(0, numStages).flat()) x = block(x, context);
    return x;
  };

  return {
    slots: slots.slots,
    numClasses,
    firstKernel: slots.slots[0]!,
    precision: wanted,
    apply: (weights, images, { isTraining }) =>
      tf.tidy(() => {
        const precision = precisionInUse(isTraining ? wanted : 'float32');
        const context: ForwardContext = { weights, isTraining, precision };
        let x = throughStages(precision === 'bfloat16' ? castTo(images, precision) : images, context, stages.length);
        if (precision === 'bfloat16') x = castTo(x, 'float32');
        return head(globalAveragePool(x), context);
      }),
    featureMaps: (weights, images, { stage }) =>
      tf.tidy(() => throughStages(images, { weights, isTraining: false, precision: 'float32' }, stage)),
  };
}

function buildStem(slots: SlotCollector, kind: ResNetOptions['stem'], width: number): Layer {
  const [kernelSize, stride] = kind === 'cifar' ? [3, 1] : [7, 2];
  const conv = conv2d(slots, { name: 'stem', inChannels: 3, outChannels: width, kernelSize, stride, role: 'stem' });
  const norm = batchNorm(slots, { name: 'stem/norm', numChannels: width, activation: 'relu' });
  return (images, context) => {
    const x = norm(conv(images, context), context); // [batch, h, w, width], for imagenet half of h and w
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
  const convOf = (part: string, options: { inChannels: number; kernelSize: number; stride: number }): Layer =>
    conv2d(slots, { name: `${name}/${part}`, outChannels, ...options });
  const normOf = (part: string) => ({ name: `${name}/${part}/norm`, numChannels: outChannels });
  let shortcut: Layer = (x) => x;
  if (stride !== 1 || inChannels !== outChannels) {
    const conv = convOf('shortcut', { inChannels, kernelSize: 1, stride });
    const norm = batchNorm(slots, normOf('shortcut'));
    shortcut = (x, context) => norm(conv(x, context), context);
  }
  const first = convOf('conv1', { inChannels, kernelSize: 3, stride });
  const firstNorm = batchNorm(slots, { ...normOf('conv1'), activation: 'relu' });
  const second = convOf('conv2', { inChannels: outChannels, kernelSize: 3, stride: 1 });
  const secondNorm = batchNormAdd(slots, { ...normOf('conv2'), activation: 'relu' });
  return (x, context) => {
    const inner = firstNorm(first(x, context), context);
    return secondNorm(second(inner, context), shortcut(x, context), context);
  };
}
