import { ConfigError } from 'training-kit/errors';
import { expect, test } from 'vitest';
import { checkConfig, type ClassificationSettings, configSchema } from './config.js';
import { presets } from './presets/index.js';

test.each<{ settings: ClassificationSettings; key: string; said: string }>([
  {
    settings: { dataset: 'cifar10' },
    key: 'data',
    said:
      'dataset is cifar10, but no folder is given. Pass --data DIR, the folder of the binary version ' +
      '(cifar-10-batches-bin) or its parent.',
  },
  {
    settings: { dataset: 'folder' },
    key: 'data',
    said: 'dataset is folder, but no folder is given. Pass --data DIR, the folder that holds train/<class> and val/<class>.',
  },
  {
    settings: { dataset: 'folder', data: 'DIR', cutoutPx: 8 },
    key: 'cutoutPx',
    said: 'cutoutPx is 8, but images of a folder are augmented by random resized crop and flip alone. Leave it out.',
  },
  {
    settings: { dataset: 'folder', data: 'DIR', batchSize: 1, imageSize: 32, stem: 'imagenet' },
    key: 'batchSize',
    said:
      'batchSize is 1, and images of 32 pixels behind the imagenet stem end as one pixel: batch norms would have one ' +
      'value a channel in training, expected more. Take more images a step, or larger ones.',
  },
  {
    settings: { nesterov: true, momentum: 0 },
    key: 'nesterov',
    said: 'nesterov is on, but momentum is 0; give it a momentum, 0.9 for instance.',
  },
  {
    settings: { pruneFilters: 0.3 },
    key: 'pruneFilters',
    said:
      'pruneFilters is 0.3, but startFrom names no checkpoint: filters are chosen by the norms that they have in a trained ' +
      'network. Give startFrom, too.',
  },
  {
    settings: { pruneFilters: 0.3, startFrom: 'FILE', weights: 'shared' },
    key: 'pruneFilters',
    said: 'pruneFilters is 0.3, but weights are shared: filters of linear rings alone can be held at zero. Leave it out.',
  },
  {
    settings: { pruneFilters: 0.3, startFrom: 'FILE', generator: 'paired' },
    key: 'pruneFilters',
    said:
      'pruneFilters is 0.3, but weights are ring of the generator paired: filters of linear rings alone can be held at zero. ' +
      'Leave it out.',
  },
])('$said', ({ settings, key, said }) => {
  const check = () => {
    checkConfig(configSchema.parse(settings));
  };
  expect(check).toThrow(new ConfigError(key, said));
  expect(check).toThrow(expect.objectContaining({ key }));
});

test.each([-0.1, 1])('a share of %d of the filters is refused', (pruneFilters) => {
  expect(() => configSchema.parse({ pruneFilters })).toThrow();
});

test.each(Object.entries(presets))('preset %s is sound once it has its data', (_, { config }) => {
  const resolved = configSchema.parse(config);
  checkConfig({ ...resolved, data: resolved.dataset === 'rendered' ? null : 'DIR' });
});

test('the ImageNet recipe is the paper’s', () => {
  expect(configSchema.parse(presets['imagenet-resnet34-rpg-2m']!.config)).toMatchObject({
    dataset: 'folder',
    imageSize: 224,
    stem: 'imagenet',
    depth: 34,
    width: 64,
    ringSize: 2_359_296,
    batchSize: 256,
    learningRate: 0.3,
    weightDecay: 3e-5,
    milestones: [75, 150],
    gamma: 0.1,
  });
});
