// Trains a classifier: config → data → model → loss → loop → evaluate → report.
import * as tf from '@tensorflow/tfjs-core';
import { createRng, type WeightSource } from 'rpg-core';
import type { Classifier } from 'rpg-core/resnet';
import {
  costText,
  type InterruptRequest,
  type LoopEvaluation,
  multiplyAddsOf,
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
import { imageSetData } from 'training-kit/labelled-images';
import { writeRunReport } from 'training-kit/report';
import type { ClassificationConfig } from './config.js';
import { type Dataset, openDataset } from './data/dataset.js';
import { trainSample } from './data/train-sample.js';
import { evaluate } from './evaluate.js';
import { classificationLoss } from './loss.js';
import { buildNetwork } from './model/network.js';
import { countLeft, describeLeft, dropFilters } from './model/pruning.js';
import { readStartOf, takeOver } from './model/start-from.js';
import { classificationReport, describeModel } from './report.js';

/** How a training ended. */
export interface TrainingEnd {
  /** False when it was interrupted; a checkpoint was saved then. */
  readonly isFinished: boolean;
  readonly step: number;
  /** Share of the test images that the finished network names right. */
  readonly testTop1: number | undefined;
}

/** Trains from the run's newest checkpoint, or from the start, to the end or an interrupt. */
export async function train(config: ClassificationConfig, context: TrainingContext): Promise<TrainingEnd> {
  const { run, interrupt, replicas } = context;
  const rng = createRng(config.seed); // every random choice below is a named fork of this one
  const note = (line: string): void => {
    run.note(line);
  };
  const dataset = await openDataset(config, note, run.trainedData);
  await run.keepData(imageSetData(dataset));
  const steps = trainingSteps(dataset.train.numExamples, config);

  const { model, source } = buildNetwork(config, { numClasses: dataset.numClasses, key: context.key });
  const optimizer = optimizerOf(config, source);
  run.note(`${describeModel(config, source)} Activations: ${model.precision}.`);
  const ringRate = noteRingRate(run, config, source);

  const order = {
    lastBatch: 'drop',
    batchSize: config.batchSize,
    part: replicas?.part,
    rng: rng.fork('batches'),
    toStep: steps.numSteps,
  } as const;
  const { total, positions } = multiplyAddsOf(model, dataset.imageShape[0]);
  const begin = async (): Promise<void> => {
    if (config.startFrom === null) return;
    note(takeOver(source, await readStartOf(config.startFrom, config, context.key)));
    if (config.pruneFilters === 0) return;
    dropFilters(source, config.pruneFilters);
    note(describeLeft(countLeft(source, positions)));
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
    batches: (fromStep) => dataset.train.trainBatches({ ...order, fromStep }),
    inputsOf: (batch) => ({
      images: tf.tensor4d(batch.images, [batch.numExamples, ...dataset.imageShape]),
      labels: tf.tensor1d(batch.labels, 'int32'),
    }),
    loss: (inputs) => classificationLoss(model, source.generate(model.precision), inputs),
    evaluate: dataset.val.numExamples === 0 ? undefined : () => watch(model, source, dataset, interrupt),
    checkpointEvery: config.checkpointEvery,
  });
  const { step } = end;
  if (!end.isFinished) return { ...end, testTop1: undefined };

  const test = await evaluate(model, source, dataset.test, { interrupt }); // test read once
  const train = await evaluate(model, source, trainSample(dataset, config.seed), { interrupt });
  run.log(step, { testLoss: test.loss, testTop1: test.top1, testTop5: test.top5, trainTop1: train.top1 });
  for (const line of dataset.leftOutByClass()) note(line);
  noteWaiting(run);
  const report = await classificationReport({
    config,
    preset: context.preset,
    dataset,
    model,
    source,
    history: run.history(),
    stepsPerEpoch: steps.stepsPerEpoch,
    test,
    train,
    ...(config.pruneFilters === 0 ? {} : { left: countLeft(source, positions) }),
    facts: {
      ...context.facts,
      'multiply-adds an image': costText({ multiplyAdds: total }),
      activations: model.precision,
      ...ringRate,
      ...runEvents(run),
    },
  });
  const page = await writeRunReport(run, report, step);
  run.note(`Test accuracy ${percent(test.top1, 2)}, top-5 ${percent(test.top5, 2)}. Report: ${page}`);
  optimizer.dispose();
  source.dispose();
  return { isFinished: true, step, testTop1: test.top1 };
}

/** How the held-out images fare during training. */
async function watch(
  model: Classifier,
  source: WeightSource,
  dataset: Dataset,
  interrupt: InterruptRequest,
): Promise<LoopEvaluation> {
  const { loss, top1, top5 } = await evaluate(model, source, dataset.val, { interrupt });
  return {
    metrics: { valLoss: loss, valTop1: top1, valTop5: top5 },
    score: top1,
    scoreName: 'val accuracy',
    line: `val accuracy ${percent(top1, 2)}`,
  };
}
