import { ConfigError } from 'training-kit/errors';
import { expect, test } from 'vitest';
import { renderedConfig } from '../../test/data-config.js';
import { openDataset } from './dataset.js';

test('rendered: three splits of their own streams', async () => {
  const { name, train, val, test: tested } = await openDataset(renderedConfig);
  expect([name, train.numExamples, val.numExamples, tested.numExamples]).toEqual(['rendered', 5, 2, 3]);
  expect([train, val, tested].map(({ frames }) => frames)).toEqual(
    ['train', 'val', 'test'].map((split) => ({
      kind: 'rendered',
      sizePx: 16,
      rngPath: `1/data/rendered/${split}`,
    })),
  );
});

test.each([
  {
    config: { ...renderedConfig, folder: '/data' },
    said: 'folder is "/data", but the rendered set reads no files. Leave it out, or pass --dataset 2d3ds.',
  },
  {
    config: { ...renderedConfig, testAreas: ['1', '2'] },
    said: 'testAreas is "1,2", but the rendered set reads no files. Leave it out, or pass --dataset 2d3ds.',
  },
  {
    config: { ...renderedConfig, depthUnit: 0.001 },
    said: 'depthUnit is "0.001", but the rendered set reads no files. Leave it out, or pass --dataset 2d3ds.',
  },
  {
    config: { ...renderedConfig, onBadImage: 'skip' as const },
    said: 'onBadImage is "skip", but the rendered set reads no files. Leave it out, or pass --dataset 2d3ds.',
  },
  { config: { ...renderedConfig, renderedTest: 0 }, said: 'renderedTest is 0, expected an integer from 1 to 1000000.' },
  { config: { ...renderedConfig, valExamples: -1 }, said: 'valExamples is -1, expected an integer from 0 to 1000000.' },
  { config: { ...renderedConfig, maxDepth: 0 }, said: 'maxDepth is 0, expected metres above 0.' },
])('$said', async ({ config, said }) => {
  await expect(openDataset(config)).rejects.toThrow(new ConfigError(said.split(' ')[0]!, said));
});
