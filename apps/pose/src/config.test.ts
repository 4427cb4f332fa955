import { ConfigError } from 'training-kit/errors';
import { expect, test } from 'vitest';
import { checkConfig, configSchema, type PoseSettings } from './config.js';
import { presets } from './presets/index.js';

const FILES_WANTED =
  'dataset is mpii, which is read from files. Pass --images DIR, the folder of the image files, and --annotations FILE ' +
  '(.json, .h5 or .mat).';

test.each<{ settings: PoseSettings; key: string; said: string }>([
  { settings: { dataset: 'mpii' }, key: 'images', said: FILES_WANTED },
  { settings: { dataset: 'mpii', images: 'DIR' }, key: 'annotations', said: FILES_WANTED },
  {
    settings: { weights: 'shared', ringSize: 0.5 },
    key: 'ringSize',
    said: 'ringSize is 0.5, but weights are shared: there is no ring. Leave it out.',
  },
  {
    settings: { inputSize: 50 },
    key: 'inputSize',
    said: 'inputSize is 50, expected a multiple of 8: the stem divides it by 4 and an hourglass halves the map at least once.',
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
  checkConfig({ ...resolved, images: 'DIR', annotations: 'FILE' });
});
