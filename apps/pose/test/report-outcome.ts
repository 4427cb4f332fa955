// What a report is made of, where everything in it can be worked out.
import { configSchema, type PoseSettings } from '../src/config.js';
import { openDataset } from '../src/data/dataset.js';
import { jointIds, numJoints } from '../src/data/joints.js';
import { renderedNormalization } from '../src/data/rendered.js';
import type { Evaluation } from '../src/evaluate.js';
import { PckhSums } from '../src/metrics/pckh.js';
import { buildNetwork } from '../src/model/network.js';
import type { PoseOutcome } from '../src/report/outcome.js';

/** What comes of people whose joints are found with these errors, in head sizes; null where no head size is known. */
function evaluationOf(errorsOfPeople: readonly (Float64Array | null)[]): Evaluation {
  const sums = { A: new PckhSums('A'), B: new PckhSums('B'), C: new PckhSums('C') };
  for (const errors of errorsOfPeople) for (const sum of Object.values(sums)) sum.add(errors);
  return {
    numExamples: errorsOfPeople.length,
    numBroken: 0,
    loss: 0.5,
    pckh: { A: sums.A.report(), B: sums.B.report(), C: sums.C.report() },
    predictions: errorsOfPeople.map((errors, example) => ({
      example,
      joints: Array.from({ length: numJoints }, (_, joint) => ({ x: 4 * joint, y: 20, score: 1 })),
      errors,
    })),
  };
}

function errorsOf(error: number): Float64Array {
  return new Float64Array(numJoints).fill(error);
}

/** The first is found, but has no pelvis; the second is found only where ties count; nothing is known of the third. */
const heldOutErrors = [errorsOf(0.25), errorsOf(0.5), null];
heldOutErrors[0]![jointIds.pelvis] = NaN;

/**
 * A network that nobody trained, three figures held out for test, and one seen that is found as a whole. The caller
 * disposes its source.
 */
export async function outcomeOf(settings: PoseSettings = {}): Promise<PoseOutcome> {
  const config = configSchema.parse({
    inputSize: 32,
    widthMultiplier: 1 / 64,
    depth: 1,
    renderedTrain: 1,
    renderedTest: 3,
    renderedSizePx: 64,
    valExamples: 0,
    ...settings,
  });
  const dataset = await openDataset(config);
  const { model, source } = buildNetwork(config);
  return {
    config,
    preset: 'none',
    dataset,
    model,
    source,
    crop: {
      boxRule: 'enlarged',
      inputSize: 32,
      mapSize: model.mapSize,
      sigmaPx: 1,
      peak: 'pixel',
      normalization: renderedNormalization,
    },
    history: [
      { step: 1, wallTime: 0, metrics: { loss: 3, lastStackLoss: 1, learningRate: 0.1, stepMs: 5, waitMs: 1 } },
    ],
    stepsPerEpoch: 2,
    heldOut: dataset.test,
    test: evaluationOf(heldOutErrors),
    seen: dataset.train,
    train: evaluationOf([errorsOf(0.25)]),
    leftOut: [],
    facts: { machine: 'a test' },
  };
}
