// Settings that count in epochs, as steps.
import { stepsPerEpoch } from '../batches/example-order.js';

/** How long a training is, and how often it is watched. */
export interface TrainingSteps {
  readonly stepsPerEpoch: number;
  readonly numSteps: number;
  /** Steps between evaluations, 1 or more. */
  readonly evaluateEvery: number;
}

/**
 * The steps of a training in which the examples that fill no batch at the end of an epoch are left out.
 *
 * @param numExamples to train on
 * @throws ConfigError for fewer examples than a batch takes
 */
export function trainingSteps(
  numExamples: number,
  config: {
    readonly batchSize: number;
    readonly numEpochs: number;
    /** Epochs between evaluations, above 0. */
    readonly evalEvery: number;
  },
): TrainingSteps {
  const epochSteps = stepsPerEpoch(numExamples, config.batchSize, 'drop');
  return {
    stepsPerEpoch: epochSteps,
    numSteps: config.numEpochs * epochSteps,
    evaluateEvery: Math.max(1, Math.round(config.evalEvery * epochSteps)),
  };
}
