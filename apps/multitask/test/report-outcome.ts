// What a report is made of, on a few small rooms.
import { configSchema, type MultitaskSettings } from '../src/config.js';
import { openDataset } from '../src/data/dataset.js';
import { renderedNormalization } from '../src/data/rendered.js';
import { evaluate, evaluateConstant, fitConstant } from '../src/evaluate.js';
import { buildNetwork } from '../src/model/network.js';
import type { MultitaskOutcome } from '../src/report/outcome.js';

/** A network that nobody trained, on three rooms. The caller disposes its source. */
export async function outcomeOf(settings: MultitaskSettings): Promise<MultitaskOutcome> {
  const config = configSchema.parse({
    inputSize: 16,
    renderedSizePx: 16,
    renderedTrain: 2,
    renderedTest: 3,
    valExamples: 0,
    ...settings,
  });
  const dataset = await openDataset(config);
  const { model, source } = buildNetwork(config);
  const input = { inputSize: config.inputSize, normalization: renderedNormalization };
  return {
    config,
    preset: 'none',
    dataset,
    input,
    model,
    source,
    history: [{ step: 1, wallTime: 0, metrics: { loss: 3, depthLoss: 1, learningRate: 0.1, stepMs: 5, waitMs: 1 } }],
    stepsPerEpoch: 2,
    test: await evaluate(model, source, dataset.test, { input }),
    constant: await evaluateConstant(await fitConstant(dataset.train, { input }), dataset.test, { input }),
    facts: { machine: 'a test' },
  };
}
