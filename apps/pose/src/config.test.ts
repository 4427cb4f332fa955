import { ConfigError } from 'training-kit';
import { expect, test } from 'vitest';
import { checkConfig, configSchema, type PoseSettings } from './config.js';
import { presets } from './presets/index.js';

const filesWanted =
  'dataset is mpii, which is read from files. Pass --images DIR, the folder of the image files, and --annotations FILE ' +
  '(.json, .h5 or .mat).';

test.each<{ settings: PoseSettings; key: string; said: string }>([
  { settings: { dataset: 'mpii' }, key: 'images', said: filesWanted },
  { settings: { dataset: 'mpii', images: 'DIR' }, key: 'annotations', said: filesWanted },
  {
    settings: { weights: 'shared', ringSize: 0.5 },
    key: 'ringSize',
    said: 'ringSize is 0.5, but weights are shared: there is no ring. Leave it out.',
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
