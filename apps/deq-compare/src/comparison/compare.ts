// Both sides of table 1: trains a list of networks alike, one after the other, times them in turn, and writes one report.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { checkData, defaultsOf, latestCheckpoint, openRun, untilInterrupted } from 'training-kit';
import type { TrainingContext } from 'training-kit/commands';
import { DataError } from 'training-kit/errors';
import { imageSetData } from 'training-kit/labelled-images';
import { writeRunReport } from 'training-kit/report';
import { configSchema, type DeqConfig } from '../config.js';
import { openDataset } from '../data/dataset.js';
import { train } from '../train.js';
import { openTrainedModel, type TrainedModel } from '../trained-model.js';
import { type ComparisonConfig, memberConfig, memberResumeRules } from './config.js';
import type { FinishedMember } from './finished-member.js';
import { firstImages, type InferenceTimes, inferenceTimes } from './inference-times.js';
import { comparisonReport } from './report.js';
import { readResult } from './result.js';

/** How a comparison ended. */
export interface ComparisonEnd {
  /** False when it was interrupted. */
  readonly isFinished: boolean;
  /** Updates made by all members together. */
  readonly step: number;
  readonly members: readonly FinishedMember[];
}

/**
 * Trains every member in a folder of its own below the run's, named for it. One that was finished before with the same
 * settings is taken as it is, whether `compare` or `train` made it: members may be trained apart and put there.
 */
export async function compare(config: ComparisonConfig, context: TrainingContext): Promise<ComparisonEnd> {
  const { run } = context;
  await run.keepStart();
  const members: FinishedMember[] = [];
  let step = 0;
  for (const name of config.members) {
    const end = await trainMember(name, memberConfig(config, name), context);
    step += end.step;
    if (end.member === undefined) return { isFinished: false, step, members };
    members.push(end.member);
  }

  run.note(`Timing ${members.length} networks in turn, ${config.timedRounds} rounds a batch size.`);
  const times = await timeAll(members, config, context);
  const { preset, facts } = context;
  const report = comparisonReport({ config, preset, members, times, facts });
  const page = await writeRunReport(run, report);
  run.note(`Report of ${members.length} networks: ${page}`);
  return { isFinished: true, step, members };
}

async function trainMember(
  name: string,
  config: DeqConfig,
  context: TrainingContext,
): Promise<{ member: FinishedMember | undefined; step: number }> {
  const folder = join(context.run.folder, name);
  const run = await openRun({
    folder,
    config: { ...config, preset: context.preset },
    seed: config.seed,
    backend: context.facts,
    resume: await exists(folder),
    resumeRules: { ...memberResumeRules, preset: 'free' },
    defaults: defaultsOf(configSchema),
    keepLast: config.keepCheckpoints,
    print: (line) => process.stdout.write(`${name}: ${line}\n`),
  });
  const before = await readResult(folder);
  if (before !== undefined) {
    run.note('Was trained before; taken as it is.');
    return { member: { name, config, result: before, history: run.history(), folder }, step: before.step };
  }
  const { result, step } = await train(config, { ...context, run });
  if (result === undefined) return { member: undefined, step };
  return { member: { name, config, result, history: run.history(), folder }, step };
}

/** Forward passes over the first test images, all networks in turn. @throws Interrupted between two batch sizes */
async function timeAll(
  members: readonly FinishedMember[],
  config: ComparisonConfig,
  { run, interrupt }: TrainingContext,
): Promise<readonly InferenceTimes[]> {
  const models = await openAll(members);
  const timed = models.map(({ model, source }, i) => ({
    name: members[i]!.name,
    model,
    weights: source.generate(), // before the clock starts
  }));
  const dataset = await openDataset(members[0]!.config);
  const { test, imageShape } = dataset;
  // A member that an earlier start finished may have met other data.
  const note = (line: string): void => {
    run.note(line);
  };
  for (const { trainedData } of models) {
    await checkData(trainedData, imageSetData(dataset), { refusal: 'Cannot compare', note });
  }
  const images = new Map<number, Float32Array>();
  for (const batchSize of config.timedBatchSizes) images.set(batchSize, await firstImages(test, batchSize));
  const imagesOf = (batchSize: number) => tf.tensor4d(images.get(batchSize)!, [batchSize, ...imageShape]);
  const times: InferenceTimes[] = [];
  try {
    for await (const batchSize of untilInterrupted(config.timedBatchSizes, interrupt)) {
      const settings = { batchSizes: [batchSize], numRounds: config.timedRounds, imageShape, imagesOf };
      times.push(...inferenceTimes(timed, settings));
    }
    return times;
  } finally {
    for (const { weights } of timed) weights.dispose();
    for (const { source } of models) source.dispose();
  }
}

async function openAll(members: readonly FinishedMember[]): Promise<TrainedModel[]> {
  const models: TrainedModel[] = [];
  for (const { folder } of members) {
    const checkpoints = join(folder, 'checkpoints');
    const checkpoint = await latestCheckpoint(checkpoints, (_, error) => {
      throw error;
    });
    if (checkpoint === undefined) {
      throw new DataError(checkpoints, `${checkpoints} holds no checkpoint. Remove ${folder} and run compare again.`);
    }
    models.push(await openTrainedModel(checkpoint.file));
  }
  return models;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
