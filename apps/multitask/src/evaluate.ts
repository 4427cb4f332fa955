// Errors of both tasks over a whole split; each known pixel counts once.
import * as tf from '@tensorflow/tfjs-core';
import type { Weights, WeightSource } from 'rpg-core';
import { type InterruptRequest, untilInterrupted } from 'training-kit';
import type { LeftOutImages } from 'training-kit/data';
import { type EvalBatch, evalBatches } from './data/batches/batches.js';
import { framePath } from './data/frames/frame-files.js';
import type { Split } from './data/split.js';
import type { InputSettings } from './data/views/input-settings.js';
import {
  ConstantFit,
  constantPixels,
  type ConstantPrediction,
  type MultitaskErrors,
  MultitaskSums,
  type PredictedPixels,
} from './metrics/metrics.js';
import type { MultitaskModel } from './model/model.js';

/** What a model does on a split. */
export interface Evaluation extends MultitaskErrors {
  /** Frames that could be read. */
  readonly numExamples: number;
}

export interface EvaluationOptions {
  readonly input: InputSettings;
  readonly numWorkers?: number;
  /** Asked once a batch. */
  readonly interrupt?: InterruptRequest | undefined;
  /** Hears of frames that cannot be read, where these are skipped. */
  readonly leftOut?: LeftOutImages;
  /** What the split is called, for error texts. */
  readonly title?: string;
  /** What to do about a network that has diverged: a sentence with the flags of the command at hand. */
  readonly mend?: string;
}

/** Pixels a forward pass: memory grows with them, results do not depend on them. */
const maxBatchPixels = 32 * 64 * 64;

/**
 * Evaluates the last sub-network with the moving averages of the norms.
 *
 * @throws RangeError for an empty split, one without a known pixel, or a prediction that is not finite; Interrupted once `interrupt` asks for an end
 */
export async function evaluate(
  model: MultitaskModel,
  source: WeightSource,
  split: Split,
  options: EvaluationOptions,
): Promise<Evaluation> {
  const weights = source.generate(); // once for all batches
  try {
    return await judge(split, options, (batch) => predictBatch(model, weights, batch));
  } finally {
    weights.dispose();
  }
}

/** What the same value at every pixel gets: what a network has to beat. @throws as `evaluate` */
export async function evaluateConstant(
  constant: ConstantPrediction,
  split: Split,
  options: EvaluationOptions,
): Promise<Evaluation> {
  return judge(split, options, ({ depths }) => constantPixels(constant, depths.length));
}

/** The best constant for a split. @throws RangeError as `ConstantFit.prediction` */
export async function fitConstant(split: Split, options: EvaluationOptions): Promise<ConstantPrediction> {
  const fit = new ConstantFit();
  for await (const batch of batchesOf(split, options)) fit.add(batch);
  return fit.prediction();
}

/** Depths float32 [numPixels], metres, and normals float32 [numPixels · 3] that the last sub-network sees in images. */
export function predictBatch(
  model: MultitaskModel,
  weights: Weights,
  { images, numExamples, inputSize }: Pick<EvalBatch, 'images' | 'numExamples' | 'inputSize'>,
): PredictedPixels {
  const [depths, normals] = tf.tidy(() => {
    const pixels = tf.tensor4d(images, [numExamples, inputSize, inputSize, 3]);
    const last = model.apply(weights, pixels, { isTraining: false }).at(-1)!;
    return [last.depths, last.normals] as const;
  });
  const read = { depths: depths.dataSync<'float32'>(), normals: normals.dataSync<'float32'>() };
  tf.dispose([depths, normals]);
  return read;
}

async function judge(
  split: Split,
  options: EvaluationOptions,
  predict: (batch: EvalBatch) => PredictedPixels,
): Promise<Evaluation> {
  if (split.numExamples === 0) throw new RangeError('evaluate: the split is empty; errors have no meaning there.');
  const sums = new MultitaskSums({ maxDepth: split.maxDepth });
  let numExamples = 0;
  for await (const batch of batchesOf(split, options)) {
    const predicted = predict(batch);
    checkFinite(predicted, batch, split, options);
    sums.add(predicted, batch);
    numExamples += batch.numExamples;
  }
  return { ...sums.errors(), numExamples };
}

/** @throws RangeError naming split and frame of a network that has diverged */
function checkFinite(
  predicted: PredictedPixels,
  { examples, inputSize }: EvalBatch,
  { frames }: Split,
  { title = 'the split', mend = 'Take an earlier checkpoint.' }: EvaluationOptions,
): void {
  for (const [what, values] of [
    ['depth', predicted.depths],
    ['normal', predicted.normals],
  ] as const) {
    const at = values.findIndex((value) => !Number.isFinite(value));
    if (at === -1) continue;
    const example = examples[Math.floor(at / ((what === 'depth' ? 1 : 3) * inputSize ** 2))]!;
    const frame = frames.kind === 'files' ? ` (${framePath(frames.folder, frames.names[example]!, 'rgb')})` : '';
    throw new RangeError(
      `A predicted ${what} is ${values[at]!}, in frame ${example + 1} of ${title}${frame}: the network has diverged. ${mend}`,
    );
  }
}

function batchesOf(split: Split, { input, numWorkers = 1, leftOut, interrupt }: EvaluationOptions) {
  const batchSize = Math.max(1, Math.floor(maxBatchPixels / input.inputSize ** 2));
  return untilInterrupted(evalBatches(split, { batchSize, input, numWorkers, leftOut }), interrupt);
}
