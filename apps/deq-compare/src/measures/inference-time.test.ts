import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { loadBackend } from 'tensorflow-runtime';
import { beforeAll, expect, test } from 'vitest';
import { contextOf, folderOfTests, tiny } from '../../test/tiny-settings.js';
import { configSchema } from '../config.js';
import { train } from '../train.js';
import { measureInferenceTime } from './inference-time.js';

const parent = folderOfTests();
beforeAll(async () => {
  await loadBackend({});
});

test.each([
  { network: 'mdeq', names: ['imageMs', 'evaluations', 'epochSeconds'] },
  { network: 'rpg', names: ['imageMs', 'epochSeconds'] },
] as const)('$network: what is told of its time', async ({ network, names }) => {
  const folder = join(parent, network);
  const config = configSchema.parse({ ...tiny, network });
  const context = await contextOf(folder, config);
  await train(config, context);
  context.run.close();
  const { numTensors } = tf.memory();
  const found = await measureInferenceTime({
    folder,
    checkpoint: join(folder, 'checkpoints', 'step-00000006.safetensors'),
    keyFile: null,
    scale: 'small',
    secondsTrained: 30,
    note: () => undefined,
  });
  expect(Object.keys(found)).toEqual(names);
  expect(found.epochSeconds).toBe(15);
  expect(found.imageMs).toBeGreaterThan(0);
  if (network === 'mdeq') expect(found.evaluations).toBeLessThanOrEqual(tiny.forwardSteps);
  expect(tf.memory().numTensors).toBe(numTensors);
});

test('where the log does not tell how long the training took, nothing is told of an epoch', async () => {
  const folder = join(parent, 'rpg');
  const checkpoint = join(folder, 'checkpoints', 'step-00000006.safetensors');
  const trained = {
    folder,
    checkpoint,
    keyFile: null,
    scale: 'small',
    secondsTrained: undefined,
    note: () => undefined,
  } as const;
  expect(Object.keys(await measureInferenceTime(trained))).toEqual(['imageMs']);
});
