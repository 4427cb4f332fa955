import '@tensorflow/tfjs';
import { createRng, createWeightSource } from 'rpg-core';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { openDataset } from './data/dataset.js';
import { renderedNormalization } from './data/rendered.js';
import type { Split } from './data/split.js';
import { configSchema } from './config.js';
import { evaluate, evaluateConstant, fitConstant, type EvaluationOptions } from './evaluate.js';
import { stackedSharpNet } from './model.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

async function rooms(): Promise<{ split: Split; options: EvaluationOptions }> {
  const config = configSchema.parse({ renderedTrain: 4, renderedTest: 3, valExamples: 1, renderedSizePx: 16 });
  const { train } = await openDataset(config);
  return { split: train, options: { input: { inputSize: 16, normalization: renderedNormalization } } };
}

test('the best constant: its normals and depths are worse than none of its own kind', async () => {
  const { split, options } = await rooms();
  const best = await fitConstant(split, options);
  expect(Math.hypot(...best.normal)).toBeCloseTo(1, 6);
  const { depth, normals } = await evaluateConstant(best, split, options);
  for (const change of [-0.2, 0.2]) {
    const other = await evaluateConstant({ ...best, depth: best.depth + change }, split, options);
    expect(other.depth.rmse).toBeGreaterThan(depth.rmse);
  }
  const turned = await evaluateConstant({ ...best, normal: [1, 0, 0] }, split, options);
  expect(turned.normals.rmse).toBeGreaterThan(normals.rmse);
});

test('a network is judged on each frame once, and leaves no tensors', async () => {
  const { split, options } = await rooms();
  const model = stackedSharpNet({ numStacks: 1, inputSize: 16, widthMultiplier: 1 / 16 });
  const source = createWeightSource(model.slots, { kind: 'independent' }, createRng(1));
  const before = tf.memory().numTensors;
  const result = await evaluate(model, source, split, options);
  expect(tf.memory().numTensors).toBe(before);
  expect(result.numExamples).toBe(4);
  expect(result.depth.rmse).toBeGreaterThan(0);
  expect(result.normals.numPixels).toBeLessThanOrEqual(4 * 16 * 16);
  expect(await evaluate(model, source, split, { ...options, numWorkers: 2 })).toEqual(result);
});

test('an empty split has no errors', async () => {
  const { split, options } = await rooms();
  const constant = { depth: 1, normal: [0, 0, 1] } as const;
  await expect(evaluateConstant(constant, { ...split, numExamples: 0 }, options)).rejects.toThrow(
    new RangeError('evaluate: the split is empty; errors have no meaning there.'),
  );
});
