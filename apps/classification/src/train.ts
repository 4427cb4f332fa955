// Trains a classifier: config → data → model → loss → loop → evaluate → report.
import { createRng, createWeightSource } from 'rpg-core';
import { resnet } from 'rpg-core/resnet';
import * as tf from '@tensorflow/tfjs-core';
import {
  captureState,
  createProgress,
  memoryUse,
  restoreState,
  sgd,
  trainStep,
  writeReport,
  type Interrupt,
  type Run,
} from 'training-kit';
import type { ClassificationConfig } from './config.js';
import { openDataset } from './data/dataset.js';
import { shuffledIndices, stepsPerEpoch } from 'training-kit/example-order';
import { evaluate } from './evaluate.js';
import { classificationLoss } from './loss.js';
import { describeModel, classificationReport, waitingShare } from './report.js';
import { scheduleOf } from './schedule.js';
import { weightSourceConfig } from './weights.js';

/** How a training ended. */
export interface TrainingEnd {
  /** False when it was interrupted; a checkpoint was saved then. */
  readonly isFinished: boolean;
  readonly step: number;
  /** Share of the test images that the finished network names right. */
  readonly testTop1: number | undefined;
}

/** What a training needs besides its config. */
export interface TrainingSurroundings {
  readonly run: Run;
  readonly preset: string;
  /** Facts of backend and machine for the report. */
  readonly facts: Readonly<Record<string, string | number>>;
  readonly interrupt: Pick<Interrupt, 'isRequested'>;
}

/** Trains from the run's newest checkpoint, or from the start, to the end or an interrupt. */
export async function train(config: ClassificationConfig, surroundings: TrainingSurroundings): Promise<TrainingEnd> {
  const { run, interrupt } = surroundings;
  const rng = createRng(config.seed); // every random choice below is a named fork of this one
  const dataset = await openDataset(config, (line) => {
    run.note(line);
  });
  const epochSteps = stepsPerEpoch(dataset.train.numExamples, config.batchSize, 'drop');
  const numSteps = config.numEpochs * epochSteps;

  const model = resnet({ ...config, numClasses: dataset.numClasses }); // declares its slots, owns no weights
  const source = createWeightSource(model.slots, weightSourceConfig(config), rng.fork('weights'));
  const { trainables } = source;
  const optimizer = sgd(trainables, config);
  const schedule = scheduleOf(config, epochSteps);
  run.note(describeModel(config, source));

  const checkpoint = await run.resume();
  if (checkpoint !== undefined) restoreState({ source, optimizer }, checkpoint.tensors, checkpoint.file);
  let step = checkpoint?.step ?? 0;
  let bestTop1 = Number(checkpoint?.metadata.bestTop1 ?? 0);
  const save = (isBest: boolean) =>
    run.save(step, { tensors: captureState({ source, optimizer }), metadata: { bestTop1 } }, { isBest });

  const progress = createProgress({ numSteps, fromStep: step });
  const order = {
    lastBatch: 'drop',
    batchSize: config.batchSize,
    rng: rng.fork('batches'),
    fromStep: step,
    toStep: numSteps,
  } as const;
  const evaluationInterval = Math.max(1, Math.round(config.evalEvery * epochSteps));
  for await (const batch of dataset.train.trainBatches(order)) {
    const start = performance.now();
    const images = tf.tensor4d(batch.images, [config.batchSize, ...dataset.imageShape]);
    const labels = tf.tensor1d(batch.labels, 'int32');
    const learningRate = schedule(step);
    const metrics = trainStep({
      trainables,
      optimizer,
      learningRate,
      loss: () => classificationLoss(model, source.generate(), { images, labels }),
    });
    tf.dispose([images, labels]);
    const stepMs = performance.now() - start + batch.waitMs;
    run.log(++step, { ...metrics, learningRate, stepMs, waitMs: batch.waitMs }); // stops at a loss that is not finite
    progress.update(step, { loss: metrics.loss, numImages: batch.numExamples, waitMs: batch.waitMs });

    const isEvaluated = step % evaluationInterval === 0 && dataset.val.numExamples > 0;
    let isBest = false;
    if (isEvaluated) {
      const val = await evaluate(model, source, dataset.val);
      const { numTensors } = tf.memory();
      const { rssBytes } = memoryUse();
      run.log(step, { valLoss: val.loss, valTop1: val.top1, valTop5: val.top5, numTensors, rssMB: rssBytes / 1e6 });
      progress.print(describeEpoch(step / epochSteps, metrics.loss, val.top1));
      isBest = val.top1 > bestTop1;
      bestTop1 = Math.max(bestTop1, val.top1);
    }
    if (isBest || step % config.checkpointEvery === 0 || step === numSteps || interrupt.isRequested())
      await save(isBest);
    if (interrupt.isRequested()) break;
  }
  progress.stop();
  if (step < numSteps) return { isFinished: false, step, testTop1: undefined };

  const test = await evaluate(model, source, dataset.test); // test read once
  const seen = shuffledIndices(dataset.train.numExamples, rng.fork('seen')).subarray(0, test.numExamples).sort();
  const train = await evaluate(model, source, dataset.train.select(seen));
  run.log(step, { testLoss: test.loss, testTop1: test.top1, testTop5: test.top5, trainTop1: train.top1 });
  run.note(`Waiting for data: ${(100 * waitingShare(run.history())).toFixed(1)} % of the time of a step.`);
  const report = await classificationReport({
    config,
    preset: surroundings.preset,
    dataset,
    model,
    source,
    history: run.history(),
    stepsPerEpoch: epochSteps,
    test,
    train,
    facts: surroundings.facts,
  });
  const { html } = await writeReport(run.folder, report);
  run.note(`Test accuracy ${(100 * test.top1).toFixed(2)} %, top-5 ${(100 * test.top5).toFixed(2)} %. Report: ${html}`);
  optimizer.dispose();
  source.dispose();
  return { isFinished: true, step, testTop1: test.top1 };
}

function describeEpoch(epoch: number, trainLoss: number, valTop1: number): string {
  return `epoch ${epoch.toFixed(2)}: train loss ${trainLoss.toFixed(3)}, val accuracy ${(100 * valTop1).toFixed(2)} %`;
}
