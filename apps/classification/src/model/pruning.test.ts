import * as tf from '@tensorflow/tfjs-core';
import { resnet } from 'rpg-core/resnet';
import { loadBackend } from 'tensorflow-runtime';
import { captureState, multiplyAddsOf, restoreState } from 'training-kit';
import { beforeAll, describe, expect, test } from 'vitest';
import { type ClassificationSettings, configSchema } from '../config.js';
import { classificationLoss } from '../loss.js';
import { buildNetwork, type Network } from './network.js';
import { countLeft, describeLeft, dropFilters, prunable, withoutMasks } from './pruning.js';

beforeAll(async () => {
  await loadBackend({});
});

test.each([
  { name: 'stage1/block1/conv1/kernel', side: 32, stem: 'cifar', expected: 32 * 32 },
  { name: 'stage2/block1/shortcut/kernel', side: 32, stem: 'cifar', expected: 16 * 16 },
  { name: 'stage4/block2/conv2/kernel', side: 32, stem: 'cifar', expected: 4 * 4 },
  { name: 'stage1/block1/conv1/kernel', side: 224, stem: 'imagenet', expected: 56 * 56 },
  { name: 'stage4/block1/conv2/kernel', side: 224, stem: 'imagenet', expected: 7 * 7 },
  { name: 'stage3/block1/conv1/kernel', side: 30, stem: 'cifar', expected: 8 * 8 },
] as const)('$name of images of $side pixels, $stem stem', ({ name, side, stem, expected }) => {
  const { positions } = multiplyAddsOf(resnet({ depth: 18, width: 4, stem, numClasses: 10 }), side);
  expect(positions.get(name)).toBe(expected);
});

function networkOf(settings: ClassificationSettings): Network {
  return buildNetwork(configSchema.parse({ width: 4, startFrom: 'any', pruneFilters: 0.5, ...settings }), {
    numClasses: 10,
  });
}

/** Gives all norms a shift that would show where it is not dropped. */
function shiftNorms({ source }: Network): void {
  for (const [name, variable] of source.trainables) {
    if (!name.endsWith('/norm/beta')) continue;
    tf.tidy(() => {
      variable.assign(tf.onesLike(variable));
    });
  }
}

describe.each(['float32', 'bfloat16'] as const)('%s', (precision) => {
  test('a dropped filter answers nothing, and neither it nor its norm is trained', () => {
    const before = tf.memory().numTensors;
    const network = networkOf({ ringSize: 1, precision });
    const { model, source } = network;
    shiftNorms(network);
    dropFilters(source, 0.5);
    const weights = source.generate();
    const conv = model.slots.find(({ name }) => name === 'stage3/block1/conv1/kernel')!;
    const beta = model.slots.find(({ name }) => name === 'stage3/block1/conv1/norm/beta')!;
    const mask = [...source.statistics.get(`pruning/${conv.name}`)!.dataSync()];
    expect(mask.filter((kept) => kept === 0)).toHaveLength(8);
    expect([...weights.get(beta).dataSync()]).toEqual(mask);
    const sums = tf.tidy(() => tf.sum(tf.abs(weights.get(conv)), [0, 1, 2]).dataSync());
    expect([...sums].map((sum) => Number(sum > 0))).toEqual(mask);
    weights.dispose();

    const inputs = { images: tf.randomNormal<tf.Rank.R4>([4, 8, 8, 3]), labels: tf.tensor1d([0, 1, 2, 3], 'int32') };
    const { value, grads } = tf.variableGrads(
      () => classificationLoss(model, source.generate(model.precision), inputs).loss,
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

test.each(['global', 'block'] as const)('what is left of rings of scope %s', (scope) => {
  const before = tf.memory().numTensors;
  const { model, source } = networkOf({ scope });
  const { positions } = multiplyAddsOf(model, 32);
  expect(countLeft(source, positions).filters).toEqual({ before: 296, after: 296 });
  dropFilters(source, 0.25);
  const { filters, weights, multiplyAdds, ringElements } = countLeft(source, positions);
  // Widths 4, 8, 16 and 32 all divide by four: 4 convolutions of the first stage, 5 of each other one.
  expect(filters).toEqual({ before: 4 * 4 + 5 * (8 + 16 + 32), after: 4 * 3 + 5 * (6 + 12 + 24) });
  expect(weights.after).toBe(0.75 * weights.before);
  expect(weights.before).toBe(source.numGenerated);
  expect(multiplyAdds.after).toBe(0.75 * multiplyAdds.before);
  expect(ringElements.before).toBe(source.ringSize);
  expect(ringElements.after).toBeLessThan(source.ringSize);
  source.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

test('masks go with the state of a training, and are those of the weights when they were made', () => {
  const { source } = networkOf({});
  dropFilters(source, 0.3);
  const saved = captureState({ source });
  const masks = [...saved.keys()].filter((name) => name.startsWith('statistics/pruning/'));
  expect(masks).toHaveLength(19); // 16 convolutions of blocks, 3 of shortcuts
  const { source: other } = networkOf({});
  restoreState({ source: other }, saved, 'FILE');
  const ring = other.trainables.get('ring')!;
  tf.tidy(() => {
    ring.assign(tf.randomNormal(ring.shape, 0, 1, 'float32', 1));
  });
  for (const name of masks) {
    expect(other.statistics.get(name.slice('statistics/'.length))!.dataSync()).toEqual(saved.get(name)!.data);
  }
  source.dispose();
  other.dispose();
});

test('without masks the network gives the same answers', () => {
  const network = networkOf({ ringSize: 1 });
  const { model, source } = network;
  shiftNorms(network);
  dropFilters(source, 0.5);
  const images = tf.randomNormal<tf.Rank.R4>([2, 8, 8, 3], 0, 1, 'float32', 1);
  const logitsOf = (of: Network['source']): number[] =>
    tf.tidy(() => [...model.apply(of.generate(), images, { isTraining: false }).dataSync()]);
  const masked = logitsOf(source);
  const unmasked = withoutMasks(source);
  const plain = buildNetwork(configSchema.parse({ width: 4, ringSize: 1 }), { numClasses: 10 });
  expect([...unmasked.statistics.keys()]).toEqual([...plain.source.statistics.keys()]);
  restoreState({ source: plain.source }, captureState({ source: unmasked }), 'FILE');
  expect(logitsOf(plain.source)).toEqual(masked);
  tf.dispose(images);
  plain.source.dispose();
  source.dispose();
});

test.each<ClassificationSettings>([{ weights: 'shared' }, { weights: 'independent' }, { generator: 'paired' }])(
  'weights of %j have no filters to drop',
  (settings) => {
    const { source } = networkOf({ pruneFilters: 0, ...settings });
    const pruned = prunable(source);
    expect(() => {
      dropFilters(pruned, 0.3);
    }).toThrow(new RangeError('The network is not fed by linear rings, whose filters could be dropped.'));
    pruned.dispose();
  },
);

test('what is left, in a line', () => {
  const halved = (before: number) => ({ before, after: before / 2 });
  expect(
    describeLeft({ filters: halved(1200), weights: halved(90), multiplyAdds: halved(8), ringElements: halved(60) }),
  ).toBe(
    'Pruned: 600 of 1,200 filters are left, those of low ℓ1 norm are held at zero; 45 of 90 backbone weights (50.0 %), from ' +
      "30 of 60 ring elements; 50.0 % of the backbone's multiply-adds.",
  );
});
