// Trains stacked SharpNets: config → data → model → loss → loop → evaluate → report.
import * as tf from '@tensorflow/tfjs-core';
import { createRng, type WeightSource } from 'rpg-core';
import {
  costText,
  forUsersShell,
  type Key,
  type LoopEvaluation,
  noteRingRate,
  noteWaiting,
  optimizerOf,
  restoreState,
  runEvents,
  scheduleOf,
  type TrainedData,
  trainingLoop,
  trainingSteps,
} from 'training-kit';
import type { TrainingContext } from 'training-kit/commands';
import { writeRunReport } from 'training-kit/report';
import type { MultitaskConfig } from './config.js';
import { type TrainBatch, trainBatches } from './data/batches/batches.js';
import { openDataset } from './data/dataset.js';
import type { Split } from './data/split.js';
import { surveyDataset } from './data/survey/survey-dataset.js';
import { dataAtHand, heldOutOf, normalizationIn, normalizationOf } from './data/trained-data.js';
import { augmentations } from './data/views/augment.js';
import type { InputSettings } from './data/views/input-settings.js';
import type { Normalization } from './data/views/normalization.js';
import { evaluate, evaluateConstant, type Evaluation, type EvaluationOptions, fitConstant } from './evaluate.js';
import { type LossWeights, type MultitaskBatch, multitaskLoss } from './loss.js';
import type { MultitaskModel } from './model/model.js';
import { buildNetwork, forwardCost } from './model/network.js';
import { readStartOf } from './model/start-from.js';
import { describeModel, multitaskReport } from './report.js';

/** How a training ended. */
export interface TrainingEnd {
  /** False when it was interrupted; a checkpoint was saved then. */
  readonly isFinished: boolean;
  readonly step: number;
  /** Of the finished network on test. */
  readonly test: Evaluation | undefined;
}

/** Trains from the run's newest checkpoint, or from the start, to the end or an interrupt. */
export async function train(config: MultitaskConfig, context: TrainingContext): Promise<TrainingEnd> {
  const { run, interrupt, replicas } = context;
  const rng = createRng(config.seed); // every random choice below is a named fork of this one
  const note = (line: string) => {
    run.note(line);
  };
  const normalization = await networkNormalization(config, run.trainedData, context.key);
  const dataset = await openDataset(config, note, await heldOutOf(run.trainedData));
  await surveyDataset(dataset, note);
  await run.keepData(dataAtHand(dataset, normalization));
  const steps = trainingSteps(dataset.train.numExamples, config);

  const { model, source } = buildNetwork(config, { key: context.key });
  const optimizer = optimizerOf(config, source);
  const input: InputSettings = { inputSize: config.inputSize, normalization };
  const mend =
    `Go back to an earlier step with --resume ${forUsersShell(run.folder)} --from-step N, and train on at a lower ` +
    '--learning-rate.';
  const judged = { input, leftOut: dataset.leftOut, interrupt, mend };
  const factors = lossWeights(config);
  run.note(describeModel(config, model, source));
  const ringRate = noteRingRate(run, config, source);

  const order = {
    lastBatch: 'drop',
    batchSize: config.batchSize,
    part: replicas?.part,
    input,
    augmentation: augmentations[config.augmentation],
    numWorkers: config.numWorkers,
    leftOut: dataset.leftOut,
    rng: rng.fork('batches'),
    toStep: steps.numSteps,
  } as const;
  const begin = async () => {
    if (config.startFrom === null) return;
    const { tensors, file } = await readStartOf(config.startFrom, config, context.key);
    restoreState({ source }, tensors, file);
    note(`Starting with the weights of ${file}, and its normalisation of images.`);
  };
  const end = await trainingLoop({
    run,
    begin,
    interrupt,
    source,
    optimizer,
    schedule: scheduleOf(config, steps.stepsPerEpoch),
    ...steps,
    accumulate: config.accumulate,
    replicas,
    batches: (fromStep) => trainBatches(dataset.train, { ...order, fromStep }),
    inputsOf,
    loss: (inputs) => multitaskLoss(model, source.generate(), inputs, factors),
    evaluate:
      dataset.val.numExamples === 0 ? undefined : () => watch(model, source, dataset.val, { ...judged, title: 'val' }),
    checkpointEvery: config.checkpointEvery,
  });
  const { step } = end;
  if (!end.isFinished) return { ...end, test: undefined };

  const test = await evaluate(model, source, dataset.test, { ...judged, title: 'test' }); // test read once
  const constant = await evaluateConstant(await fitConstant(dataset.train, judged), dataset.test, judged);
  run.log(step, { testDepthRmse: test.depth.rmse, testNormalRmse: test.normals.rmse });
  noteWaiting(run);
  const report = await multitaskReport({
    config,
    preset: context.preset,
    dataset,
    input,
    model,
    source,
    history: run.history(),
    stepsPerEpoch: steps.stepsPerEpoch,
    test,
    constant,
    facts: {
      ...context.facts,
      'multiply-adds an image': costText(forwardCost(config)),
      ...ringRate,
      ...runEvents(run),
    },
  });
  const page = await writeRunReport(run, report, step);
  run.note(`Test: ${describe(test)}. Report: ${page}`);
  optimizer.dispose();
  source.dispose();
  return { isFinished: true, step, test };
}

/** A network that was trained before keeps the normalisation that it has; `startFrom` is not read for that on resume. */
async function networkNormalization(
  config: MultitaskConfig,
  trained: TrainedData,
  key: Key | undefined,
): Promise<Normalization> {
  if (trained.kind !== 'none' || config.startFrom === null) return normalizationIn(trained, config.dataset);
  return normalizationOf(await readStartOf(config.startFrom, config, key));
}

function lossWeights({ depthWeight, gradientWeight, normalsWeight }: MultitaskConfig): LossWeights {
  return { depth: depthWeight, gradient: gradientWeight, normals: normalsWeight };
}

function inputsOf(batch: TrainBatch): MultitaskBatch {
  const { numExamples, inputSize } = batch;
  const pixels: [number, number, number] = [numExamples, inputSize, inputSize];
  return {
    images: tf.tensor4d(batch.images, [...pixels, 3]),
    depths: tf.tensor3d(batch.depths, pixels),
    depthMask: tf.tensor3d(batch.depthMask, pixels),
    normals: tf.tensor4d(batch.normals, [...pixels, 3]),
    normalsMask: tf.tensor3d(batch.normalsMask, pixels),
  };
}

/** How the held-out frames fare during training. */
async function watch(
  model: MultitaskModel,
  source: WeightSource,
  val: Split,
  options: EvaluationOptions,
): Promise<LoopEvaluation> {
  const result = await evaluate(model, source, val, options);
  const { depth, normals } = result;
  return {
    metrics: { valDepthRmse: depth.rmse, valNormalRmse: normals.rmse },
    // Both tasks count, each by how far it is above nothing: metres and components have no common unit.
    score: -(depth.rmseOfRange + normals.rmse),
    scoreName: 'val −(depth RMSE as a share of the range + normals RMSE)',
    line: `val ${describe(result)}`,
  };
}

function describe({ depth, normals }: Evaluation): string {
  return `depth RMSE ${depth.rmse.toFixed(3)} m, normals RMSE ${normals.rmse.toFixed(3)}`;
}
