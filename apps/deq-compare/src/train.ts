// Trains one side of the comparison: config → data → model → loss → loop → evaluate → report.
import * as tf from '@tensorflow/tfjs-core';
import { countParameters, createRng, type WeightSource } from 'rpg-core';
import {
  costText,
  type InterruptRequest,
  type LoopEvaluation,
  noteRingRate,
  optimizerOf,
  percent,
  runEvents,
  scheduleOf,
  trainingLoop,
  trainingSteps,
} from 'training-kit';
import type { TrainingContext } from 'training-kit/commands';
import { type ImageSet, imageSetData } from 'training-kit/labelled-images';
import { writeRunReport } from 'training-kit/report';
import { type TrainingResult, writeResult } from './comparison/result.js';
import type { DeqConfig } from './config.js';
import { openDataset } from './data/dataset.js';
import { evaluate } from './evaluate.js';
import { deqLoss } from './loss.js';
import { createSolveLog, solveMetrics } from './metrics/solve-log.js';
import type { DeqModel } from './model/model.js';
import { buildNetwork, forwardCost } from './model/network.js';
import { deqReport, describeModel } from './report.js';

/** How a training ended. */
export interface TrainingEnd {
  /** False when it was interrupted; a checkpoint was saved then. */
  readonly isFinished: boolean;
  readonly step: number;
  /** Of the finished network. */
  readonly result: TrainingResult | undefined;
}

/** Trains from the run's newest checkpoint, or from the start, to the end or an interrupt. */
export async function train(config: DeqConfig, context: TrainingContext): Promise<TrainingEnd> {
  const { run, interrupt, replicas } = context;
  const rng = createRng(config.seed); // every random choice below is a named fork of this one
  const dataset = await openDataset(config);
  await run.keepData(imageSetData(dataset));
  const steps = trainingSteps(dataset.train.numExamples, config);

  const { model, source } = buildNetwork(config, { numClasses: dataset.numClasses, key: context.key });
  const optimizer = optimizerOf(config, source);
  const solves = createSolveLog(config.onUnsolved);
  run.note(describeModel(config, source));
  const ringRate = noteRingRate(run, config, source);

  const dropout = rng.fork('dropout');
  const dropoutOf = (step: number, part: number) => (part === 0 ? dropout.fork(step) : dropout.fork(step).fork(part));
  const order = {
    lastBatch: 'drop',
    batchSize: config.batchSize,
    part: replicas?.part,
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
    batches: (fromStep) => dataset.train.trainBatches({ ...order, fromStep }),
    inputsOf: (batch) => ({
      images: tf.tensor4d(batch.images, [batch.numExamples, ...dataset.imageShape]),
      labels: tf.tensor1d(batch.labels, 'int32'),
    }),
    loss: (inputs, step, part) =>
      deqLoss(model, source.generate(), inputs, { step, rng: dropoutOf(step, part), onSolve: solves.onSolve }),
    moreMetrics: () => solveMetrics(solves.take()),
    evaluate: dataset.val.numExamples === 0 ? undefined : () => watch(model, source, dataset, config, interrupt),
    checkpointEvery: config.checkpointEvery,
  });
  const { step } = end;
  if (!end.isFinished) return { ...end, result: undefined };

  const test = await evaluate(model, source, dataset.test, config, interrupt); // test read once
  run.log(step, { testLoss: test.loss, testTop1: test.top1, testTop5: test.top5 });
  const report = await deqReport({
    config,
    preset: context.preset,
    dataset,
    model,
    source,
    history: run.history(),
    stepsPerEpoch: steps.stepsPerEpoch,
    test,
    facts: {
      ...context.facts,
      'multiply-adds an image': costText(forwardCost(config)),
      ...ringRate,
      ...runEvents(run),
    },
  });
  const page = await writeRunReport(run, report, step);
  run.note(`Test accuracy ${percent(test.top1, 2)}, top-5 ${percent(test.top5, 2)}. Report: ${page}`);
  const result: TrainingResult = {
    step,
    stepsPerEpoch: steps.stepsPerEpoch,
    parameters: countParameters(source),
    test: { numExamples: test.numExamples, loss: test.loss, top1: test.top1, top5: test.top5 },
    solves: test.solves ?? null,
  };
  await writeResult(result, run.folder); // last: what `compare` finds is a training that came to its end
  optimizer.dispose();
  source.dispose();
  return { isFinished: true, step, result };
}

/** How the held-out images fare during training. */
async function watch(
  model: DeqModel,
  source: WeightSource,
  dataset: ImageSet,
  config: DeqConfig,
  interrupt: InterruptRequest,
): Promise<LoopEvaluation> {
  const { loss, top1, solves } = await evaluate(model, source, dataset.val, config, interrupt);
  const searched =
    solves === undefined
      ? ''
      : `, ${solves.numSteps.toFixed(1)} solver steps, residual ${solves.residual.toExponential(1)}, ` +
        `${percent(solves.unsolved, 0)} unsolved`;
  return {
    metrics: {
      valLoss: loss,
      valTop1: top1,
      ...(solves === undefined ? {} : { valResidual: solves.residual, valUnsolved: solves.unsolved }),
    },
    score: top1,
    scoreName: 'val accuracy',
    line: `val accuracy ${percent(top1, 2)}${searched}`,
  };
}
