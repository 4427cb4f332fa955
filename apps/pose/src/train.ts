// Trains a stacked hourglass: config → data → model → loss → loop → evaluate → report.
import * as tf from '@tensorflow/tfjs-core';
import { createRng, type WeightSource } from 'rpg-core';
import {
  costText,
  type LoopEvaluation,
  noteRingRate,
  noteWaiting,
  optimizerOf,
  percent,
  runEvents,
  scheduleOf,
  trainingLoop,
  trainingSteps,
} from 'training-kit';
import type { TrainingContext } from 'training-kit/commands';
import { createLeftOutImages } from 'training-kit/data';
import { writeRunReport } from 'training-kit/report';
import type { PoseConfig } from './config.js';
import { type TrainBatch, trainBatches } from './data/batches/batches.js';
import { openDataset } from './data/dataset.js';
import { cropOf, seenPart, trainPart } from './data/dataset-views.js';
import { describeSplits } from './data/describe-splits.js';
import { numJoints } from './data/joints.js';
import type { Split } from './data/split.js';
import { dataAtHand } from './data/trained-data.js';
import { augmentations } from './data/views/augment.js';
import { evaluate, type EvaluationOptions } from './evaluate.js';
import { type PoseBatch, poseLoss } from './loss.js';
import type { PoseModel } from './model/model.js';
import { buildNetwork, forwardCost } from './model/network.js';
import { describeModel, poseReport } from './report.js';

/** How a training ended. */
export interface TrainingEnd {
  /** False when it was interrupted; a checkpoint was saved then. */
  readonly isFinished: boolean;
  readonly step: number;
  /** PCKh@0.5 of the finished network, in the config's variant. */
  readonly testPckh: number | undefined;
}

/** Trains from the run's newest checkpoint, or from the start, to the end or an interrupt. */
export async function train(config: PoseConfig, context: TrainingContext): Promise<TrainingEnd> {
  const { run, interrupt, replicas } = context;
  const rng = createRng(config.seed); // every random choice below is a named fork of this one
  const dataset = await openDataset(config);
  for (const line of describeSplits(dataset)) run.note(line);
  const leftOut = createLeftOutImages((line) => {
    run.note(line);
  });
  const people = trainPart(dataset, config, rng.fork('train-part'));
  await run.keepData(dataAtHand(dataset, people));
  const steps = trainingSteps(people.numExamples, config);

  const { model, source } = buildNetwork(config, { key: context.key });
  const optimizer = optimizerOf(config, source);
  const crop = cropOf(config, dataset, model);
  const evaluation: EvaluationOptions = {
    crop,
    useFlipTest: config.flipTest,
    numWorkers: config.numWorkers,
    interrupt,
    leftOut,
  };
  run.note(describeModel(config, model, source));
  const ringRate = noteRingRate(run, config, source);

  const order = {
    lastBatch: 'drop',
    batchSize: config.batchSize,
    part: replicas?.part,
    crop,
    augmentation: augmentations[config.augmentation],
    numWorkers: config.numWorkers,
    leftOut,
    rng: rng.fork('batches'),
    toStep: steps.numSteps,
  } as const;
  const end = await trainingLoop({
    run,
    interrupt,
    source,
    optimizer,
    schedule: scheduleOf(config, steps.stepsPerEpoch),
    ...steps,
    accumulate: config.accumulate,
    replicas,
    batches: (fromStep) => trainBatches(people, { ...order, fromStep }),
    inputsOf,
    loss: (inputs) => poseLoss(model, source.generate(), inputs),
    evaluate:
      dataset.val.numExamples === 0 ? undefined : () => watch(model, source, dataset.val, evaluation, config.pckh),
    checkpointEvery: config.checkpointEvery,
  });
  const { step } = end;
  if (!end.isFinished) return { ...end, testPckh: undefined };

  // Test is read once. MPII has no public test joints: there val is what papers report, and nothing was tuned on it.
  const heldOut = dataset.test.numExamples > 0 ? dataset.test : dataset.val;
  const test = heldOut.numExamples === 0 ? undefined : await evaluate(model, source, heldOut, evaluation);
  const seen = seenPart(people, heldOut, config.seed);
  const trained = await evaluate(model, source, seen, evaluation);
  const [testPckh, trainPckh] = [test, trained].map((result) => result?.pckh[config.pckh].mean ?? undefined);
  run.log(step, {
    ...(test === undefined ? {} : { testLoss: test.loss }),
    ...(testPckh === undefined ? {} : { testPckh }),
    ...(trainPckh === undefined ? {} : { trainPckh }),
  });
  noteWaiting(run);
  const numLeftOut = leftOut.list.length;
  if (numLeftOut > 0)
    run.note(`Images that could not be read and were left out: ${numLeftOut}; the report names them.`);
  const report = await poseReport({
    config,
    preset: context.preset,
    dataset,
    model,
    source,
    crop,
    history: run.history(),
    stepsPerEpoch: steps.stepsPerEpoch,
    heldOut,
    test,
    seen,
    train: trained,
    leftOut: leftOut.list,
    facts: {
      ...context.facts,
      'multiply-adds an image': costText(forwardCost(config)),
      ...ringRate,
      ...runEvents(run),
    },
  });
  const page = await writeRunReport(run, report, step);
  run.note(
    `PCKh@0.5 (${config.pckh}): train ${percent(trainPckh, 2)}, held out ${percent(testPckh, 2)}. Report: ${page}`,
  );
  optimizer.dispose();
  source.dispose();
  return { isFinished: true, step, testPckh };
}

function inputsOf({ images, targets, weights, numExamples, inputSize, mapSize }: TrainBatch): PoseBatch {
  return {
    images: tf.tensor4d(images, [numExamples, inputSize, inputSize, 3]),
    targets: tf.tensor4d(targets, [numExamples, mapSize, mapSize, numJoints]),
    jointWeights: tf.tensor2d(weights, [numExamples, numJoints]),
  };
}

/** How the held-out people fare during training. */
async function watch(
  model: PoseModel,
  source: WeightSource,
  val: Split,
  options: EvaluationOptions,
  variant: PoseConfig['pckh'],
): Promise<LoopEvaluation> {
  const { loss, pckh } = await evaluate(model, source, val, options);
  const score = pckh[variant].mean ?? 0;
  const scoreName = `val PCKh@0.5, variant ${variant}, ${options.useFlipTest ? 'with' : 'without'} the mirrored image`;
  return { metrics: { valLoss: loss, valPckh: score }, score, scoreName, line: `val PCKh@0.5 ${percent(score, 2)}` };
}
