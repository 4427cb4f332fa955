// The learning rate over the steps of a run, from settings given in epochs.
import { cosineDecay, linearDecay, type Schedule, stepDecay, warmUp } from './schedule.js';

export const scheduleNames = ['steps', 'cosine', 'linear'] as const;

/** The part of a config that says how the learning rate moves. */
export interface ScheduleSettings {
  /** The highest one. */
  readonly learningRate: number;
  /** How it falls: at milestones, along half a cosine to 0, or in a straight line to 0. */
  readonly schedule: (typeof scheduleNames)[number];
  readonly numEpochs: number;
  /** Epochs of linear rise at the start. */
  readonly warmUpEpochs: number;
  /** Epochs from the start of the run at which it falls (`steps`), rising. */
  readonly milestones: readonly number[];
  /** Factor at each milestone. */
  readonly gamma: number;
}

/**
 * Warm-up to the full rate, then what the config asks for. Milestones count epochs from the start of the run; one that is
 * passed during the warm-up counts from its end on.
 */
export function scheduleOf(config: ScheduleSettings, stepsPerEpoch: number): Schedule {
  const { learningRate, numEpochs, gamma } = config;
  const warmUpSteps = Math.min(Math.round(config.warmUpEpochs * stepsPerEpoch), numEpochs * stepsPerEpoch);
  const numSteps = Math.max(1, numEpochs * stepsPerEpoch - warmUpSteps); // a run may be all warm-up
  const after = (): Schedule => {
    switch (config.schedule) {
      case 'steps': {
        const milestones = config.milestones.map((epoch) => epoch * stepsPerEpoch - warmUpSteps);
        return stepDecay(learningRate, { milestones, gamma });
      }
      case 'cosine':
        return cosineDecay(learningRate, { numSteps });
      case 'linear':
        return linearDecay(learningRate, { numSteps });
      default:
        throw new RangeError(`Unknown schedule ${String(config.schedule satisfies never)}.`);
    }
  };
  return warmUp(after(), warmUpSteps, learningRate);
}
