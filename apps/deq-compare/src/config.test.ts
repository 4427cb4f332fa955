import { resolveConfig } from 'training-kit';
import { ConfigError } from 'training-kit/errors';
import { expect, test } from 'vitest';
import { checkConfig, configSchema, type DeqSettings } from './config.js';
import { presets } from './presets/index.js';

function errorOf(settings: DeqSettings): ConfigError {
  try {
    checkConfig(configSchema.parse(settings));
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return error as ConfigError;
  }
  throw new Error('expected a ConfigError');
}

test.each<{ settings: DeqSettings; key: string; said: string }>([
  {
    settings: { dataset: 'cifar10' },
    key: 'data',
    said:
      'dataset is cifar10, but no folder is given. Pass --data DIR, the folder of the binary version ' +
      '(cifar-10-batches-bin) or its parent.',
  },
  {
    settings: { numBlocks: 3 },
    key: 'numBlocks',
    said: 'numBlocks is 3, but the network is mdeq, which has one block. Pass --network rpg, or leave it out.',
  },
  {
    settings: { network: 'mdeq', ringSize: 0.5 },
    key: 'ringSize',
    said: 'ringSize is 0.5, but the network is mdeq, whose block has its own weights: there is no ring. Leave it out.',
  },
  {
    settings: { network: 'rpg', weights: 'shared', ringSize: 100 },
    key: 'ringSize',
    said: 'ringSize is 100, but weights are shared: there is no ring. Leave it out.',
  },
  {
    settings: { batchSize: 64, renderedTrain: 63 },
    key: 'batchSize',
    said: 'batchSize is 64, but there are 63 to train on. Take fewer a step.',
  },
  {
    settings: { channels: [24, 20] },
    key: 'channels',
    said: 'channels is [24, 20], expected one or more positive multiples of 8.',
  },
  {
    settings: { channels: [24, 24, 24] },
    key: 'channels',
    said: 'headChannels has 2 entries, expected one a branch: 3, as channels has.',
  },
  {
    settings: {
      network: 'rpg',
      numBlocks: 2,
      channels: [8, 8, 8, 8, 8],
      headChannels: [2, 2, 2, 2, 2],
      numHalvings: 2,
    },
    key: 'numHalvings',
    said:
      'numHalvings is 2 and channels has 5 scales: images of 32 pixels a side would be halved 6 times, expected at ' +
      'most 5 times. Take fewer scales or a smaller numHalvings.',
  },
])('$key: $said', ({ settings, key, said }) => {
  expect(errorOf(settings)).toMatchObject({ key, message: said });
});

test.each(Object.entries(presets))('preset %s is a config that can be trained', (name, { config }) => {
  const folder = config.dataset === 'rendered' ? {} : { data: 'DIR' };
  const resolved = resolveConfig(configSchema, [{ source: `preset ${name}`, values: { ...config, ...folder } }]);
  expect(() => {
    checkConfig(resolved);
  }).not.toThrow();
});

test('defaults are the small model of table 1', () => {
  const { channels, headChannels, finalChannels, dropoutRate, numHalvings } = configSchema.parse({});
  expect({ channels, headChannels, finalChannels, dropoutRate, numHalvings }).toEqual({
    channels: [24, 24],
    headChannels: [8, 16],
    finalChannels: 200,
    dropoutRate: 0.25,
    numHalvings: 0,
  });
});
