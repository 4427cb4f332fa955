import '@tensorflow/tfjs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { createRng, createWeightSource } from 'rpg-core';
import { beforeAll, expect, test } from 'vitest';
import { configSchema } from './config.js';
import { openDataset } from './data/dataset.js';
import { framePath } from './data/frames/frame-files.js';
import { renderToFolder } from './data/render-to-folder.js';
import { renderedNormalization } from './data/rendered.js';
import type { Split } from './data/split.js';
import { evaluate, evaluateConstant, type EvaluationOptions, fitConstant } from './evaluate.js';
import { type MultitaskModel, stackedSharpNet } from './model/model.js';

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

test('a network that has diverged: which split, which frame, and what to do', async () => {
  const { split, options } = await rooms();
  const diverged = (await fitConstant(split, options)).normal;
  const said = { ...options, title: 'val', mend: 'Go back.' };
  await expect(evaluateConstant({ depth: NaN, normal: diverged }, split, said)).rejects.toThrow(
    new RangeError('A predicted depth is NaN, in frame 1 of val: the network has diverged. Go back.'),
  );
  await expect(evaluateConstant({ depth: 1, normal: [0, Infinity, 0] }, split, options)).rejects.toThrow(
    new RangeError(
      'A predicted normal is Infinity, in frame 1 of the split: the network has diverged. Take an earlier checkpoint.',
    ),
  );
});

test('the frame that a network diverges at is found in any batch, and its file is named', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'multitask-diverged-'));
  const config = configSchema.parse({ renderedTrain: 3, renderedTest: 1, valExamples: 0, renderedSizePx: 16 });
  await renderToFolder(folder, config);
  const files = { dataset: '2d3ds', folder, trainAreas: ['train'], testAreas: ['test'] } as const;
  const { train } = await openDataset({ ...config, ...files });
  const { options } = await rooms();
  const model = stackedSharpNet({ numStacks: 1, inputSize: 16, widthMultiplier: 1 / 16 });
  const source = createWeightSource(model.slots, { kind: 'independent' }, createRng(1));
  // NaN for the third frame alone: added to the depths of a batch of three.
  const atThird = tf.tensor([0, 0, NaN], [3, 1, 1]);
  const third: MultitaskModel = {
    ...model,
    apply: (...call) =>
      model.apply(...call).map((stack) => ({ ...stack, depths: tf.add<tf.Tensor3D>(stack.depths, atThird) })),
  };
  const said = { ...options, title: 'train', mend: 'Go back.' };
  if (train.frames.kind !== 'files') throw new Error('expected files');
  const file = framePath(folder, train.frames.names[2]!, 'rgb');
  await expect(evaluate(third, source, train, said)).rejects.toThrow(
    new RangeError(`A predicted depth is NaN, in frame 3 of train (${file}): the network has diverged. Go back.`),
  );
  await rm(folder, { recursive: true });
});

test('an empty split has no errors', async () => {
  const { split, options } = await rooms();
  const constant = { depth: 1, normal: [0, 0, 1] } as const;
  await expect(evaluateConstant(constant, { ...split, numExamples: 0 }, options)).rejects.toThrow(
    new RangeError('evaluate: the split is empty; errors have no meaning there.'),
  );
});
