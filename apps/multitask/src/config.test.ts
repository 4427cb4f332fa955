import { ConfigError } from 'training-kit/errors';
import { expect, test } from 'vitest';
import { checkConfig, configSchema, type MultitaskSettings } from './config.js';
import { presets } from './presets/index.js';

test.each<{ settings: MultitaskSettings; key: string; said: string }>([
  {
    settings: { dataset: '2d3ds' },
    key: 'folder',
    said: 'dataset is 2d3ds, but no folder is given. Pass --folder DIR, the folder of area_1 and so on.',
  },
  {
    settings: { weights: 'shared', ringSize: 0.5 },
    key: 'ringSize',
    said: 'ringSize is 0.5, but weights are shared: there is no ring. Leave it out.',
  },
  {
    settings: { depthWeight: 0, gradientWeight: 0, normalsWeight: 0 },
    key: 'depthWeight',
    said: 'depthWeight, gradientWeight and normalsWeight are all 0: there is nothing to learn.',
  },
  {
    settings: { inputSize: 50 },
    key: 'inputSize',
    said: 'inputSize is 50, expected a multiple of 16: the encoder divides it by 16.',
  },
  {
    settings: { batchSize: 9, renderedTrain: 8 },
    key: 'batchSize',
    said: 'batchSize is 9, but there are 8 to train on. Take fewer a step.',
  },
])('$key: $said', ({ settings, key, said }) => {
  const check = () => {
    checkConfig(configSchema.parse(settings));
  };
  expect(check).toThrow(new ConfigError(key, said));
  expect(check).toThrow(expect.objectContaining({ key }));
});

test.each(Object.entries(presets))('preset %s is sound once it has its data', (_, { config }) => {
  const resolved = configSchema.parse(config);
  checkConfig({ ...resolved, folder: resolved.dataset === 'rendered' ? null : 'DIR' });
});
