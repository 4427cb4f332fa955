import * as tf from '@tensorflow/tfjs-core';
import { pruneFilters } from 'rpg-core/analysis';
import { loadBackend } from 'tensorflow-runtime';
import { beforeAll, describe, expect, test } from 'vitest';
import { configSchema } from '../config.js';
import { classificationLoss } from '../loss.js';
import { buildNetwork } from '../model/network.js';
import { outputPositions, prunedSource } from './pruning.js';

beforeAll(async () => {
  await loadBackend({});
});

test.each([
  { name: 'stage1/block1/conv1/kernel', side: 32, stem: 'cifar', positions: 32 * 32 },
  { name: 'stage2/block1/shortcut', side: 32, stem: 'cifar', positions: 16 * 16 },
  { name: 'stage4/block2/conv2', side: 32, stem: 'cifar', positions: 4 * 4 },
  { name: 'stage1/block1/conv1/kernel', side: 224, stem: 'imagenet', positions: 56 * 56 },
  { name: 'stage4/block1/conv2', side: 224, stem: 'imagenet', positions: 7 * 7 },
  { name: 'stage3/block1/conv1', side: 30, stem: 'cifar', positions: 8 * 8 },
] as const)('$name of images of $side pixels, $stem stem', ({ name, side, stem, positions }) => {
  expect(outputPositions(name, side, { stem })).toBe(positions);
});

describe.each(['float32', 'bfloat16'] as const)('%s', (precision) => {
  test('a dropped filter answers nothing, and neither it nor its norm is trained', () => {
    const before = tf.memory().numTensors;
    const config = configSchema.parse({ width: 4, ringSize: 1, precision });
    const { model, source } = buildNetwork(config, { numClasses: 10 });
    const plan = source.plans.get('ring')!;
    const pruning = pruneFilters(plan, source.trainables.get('ring')!.dataSync<'float32'>(), { share: 0.5 });
    const pruned = prunedSource(source, pruning);
    // A shift that would show where it is not dropped.
    for (const [name, variable] of source.trainables) {
      if (name.endsWith('/norm/beta'))
        tf.tidy(() => {
          variable.assign(tf.onesLike(variable));
        });
    }
    const weights = pruned.generate();
    const conv = model.slots.find(({ name }) => name === 'stage3/block1/conv1/kernel')!;
    const beta = model.slots.find(({ name }) => name === 'stage3/block1/conv1/norm/beta')!;
    const mask = pruning.masks.get(conv.name)!;
    expect([...mask].filter((kept) => kept === 0)).toHaveLength(8);
    expect([...weights.get(beta).dataSync()]).toEqual([...mask]);
    const sums = tf.tidy(() => tf.sum(tf.abs(weights.get(conv)), [0, 1, 2]).dataSync());
    expect([...sums].map((sum) => Number(sum > 0))).toEqual([...mask]);
    weights.dispose();

    const inputs = { images: tf.randomNormal<tf.Rank.R4>([4, 8, 8, 3]), labels: tf.tensor1d([0, 1, 2, 3], 'int32') };
    const { value, grads } = tf.variableGrads(
      () => classificationLoss(model, pruned.generate(model.precision), inputs).loss,
    );
    const gradientOf = (name: string): number[] => [...grads[source.trainables.get(name)!.name]!.dataSync()];
    gradientOf(beta.name).forEach((gradient, filter) => {
      if (mask[filter] === 0) expect(gradient).toBe(0);
    });
    expect(gradientOf(beta.name).some((gradient) => gradient !== 0)).toBe(true);
    expect(gradientOf('ring').some((gradient) => gradient !== 0)).toBe(true);
    tf.dispose([value, grads, inputs.images, inputs.labels]);
    source.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
