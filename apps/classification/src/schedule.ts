// The learning rate over the steps of a run, from settings given in epochs.
import { cosineDecay, linearDecay, stepDecay, warmUp, type Schedule } from 'training-kit';
import type { ClassificationConfig } from './config.js';

/** Warm-up, then what the config asks for; milestones count epochs from the start of the run. */
export function scheduleOf(config: ClassificationConfig, stepsPerEpoch: number): Schedule {
  const { learningRate, numEpochs, gamma } = config;
  const warmUpSteps = Math.min(Math.round(config.warmUpEpochs * stepsPerEpoch), numEpochs * stepsPerEpoch);
  const numSteps = Math.max(1, numEpochs * stepsPerEpoch - warmUpSteps); // a run may be all warm-up
  const after = (): Schedule => {
    switch (config.schedule) {
      case 'steps': {
        const milestones = config.milestones
          .map((epoch) => epoch * stepsPerEpoch - warmUpSteps)
          .filter((step) => step > 0);
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
  return warmUp(after(), warmUpSteps);
}
