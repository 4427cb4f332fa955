// The settings that every training has: ring, optimisation, run. The words and the ranges stand here once; the defaults
// are those of the app, whose config passes them.
import { z } from 'zod';
import { scheduleNames, type ScheduleSettings } from '../schedules/epoch-schedule.js';

const count = z.int().min(1);

/** Schema of a `RingSizeSetting` of rpg-core: a share of what is generated up to 1, above it a number of elements. */
export const ringSizeSetting = z.number().positive();

/** How the index array of a ring is drawn. */
export function ringDrawSettings(defaults: {
  sampling: 'even' | 'uneven' | 'sequential';
  reflect: boolean;
  ringStart: 'rms' | 'official';
}) {
  return {
    sampling: z
      .enum(['even', 'uneven', 'sequential'])
      .default(defaults.sampling)
      .describe('how ring elements are chosen'),
    reflect: z.boolean().default(defaults.reflect).describe('random signs'),
    ringStart: z
      .union([z.enum(['rms', 'official']), z.number().positive()])
      .default(defaults.ringStart)
      .describe('σ_W at the start: that of the weights (root mean square), the official code’s 0.0208, or a number'),
  };
}

/** Factor of the learning rate for rings, as `RingRate`. */
export function ringRateSetting(byDefault: 'same' | 'matched') {
  return z
    .union([z.enum(['same', 'matched']), z.number().positive()])
    .default(byDefault)
    .describe('factor of the learning rate for rings (Adam, RMSprop); matched: √(M/N)');
}

/** Length, batch and learning rate; what `scheduleOf` reads. @param examples what a batch is made of, as in `images` */
export function optimisationSettings(
  examples: string,
  defaults: Omit<ScheduleSettings, 'milestones'> & { milestones: number[]; batchSize: number },
) {
  return {
    numEpochs: count.default(defaults.numEpochs).describe('passes over train'),
    batchSize: count.default(defaults.batchSize).describe(`${examples} a step`),
    accumulate: count.default(1).describe('equal parts that a batch is computed in, one behind the other: less memory'),
    learningRate: z.number().positive().default(defaults.learningRate).describe('the highest one'),
    schedule: z.enum(scheduleNames).default(defaults.schedule).describe('how it falls'),
    milestones: z.array(count).default(defaults.milestones).describe('epochs at which it falls (schedule steps)'),
    gamma: z.number().positive().max(1).default(defaults.gamma).describe('factor at each milestone'),
    warmUpEpochs: z.number().min(0).default(defaults.warmUpEpochs).describe('epochs of linear rise at the start'),
  };
}

/** Seed, evaluations and checkpoints of a run. */
export function runSettings(defaults: {
  seed: number;
  evalEvery: number;
  checkpointEvery: number;
  keepCheckpoints: number;
}) {
  return {
    seed: z.int().min(0).default(defaults.seed).describe('decides every random choice'),
    evalEvery: z.number().positive().default(defaults.evalEvery).describe('epochs between evaluations on val'),
    checkpointEvery: count.default(defaults.checkpointEvery).describe('steps between checkpoints'),
    keepCheckpoints: count.default(defaults.keepCheckpoints).describe('how many of the last checkpoints stay'),
  };
}
