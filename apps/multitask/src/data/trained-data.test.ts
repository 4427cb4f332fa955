import type { DataIdentity, JsonObject } from 'training-kit';
import { DataError } from 'training-kit/errors';
import { expect, test } from 'vitest';
import { folderConfig, renderedConfig } from '../../test/data-config.js';
import { frameName, temporaryFolder, writeFrameFiles } from '../../test/frame-fixtures.js';
import { openDataset } from './dataset.js';
import { renderedNormalization } from './rendered.js';
import { dataAtHand, normalizationIn, normalizationOf } from './trained-data.js';
import { imageNetNormalization } from './views/normalization.js';

const checkpoint = (config: JsonObject, network?: JsonObject) => {
  const data: DataIdentity | undefined = network === undefined ? undefined : { network, splits: {} };
  return { file: 'FILE', config, ...(data === undefined ? {} : { data }) };
};

test('a network’s normalisation is what its checkpoint says; older ones have that of their dataset', () => {
  const own = { mean: [0.1, 0.2, 0.3], std: [1, 2, 3] };
  expect(normalizationOf(checkpoint({ dataset: '2d3ds' }, { normalization: own }))).toEqual(own);
  expect(normalizationOf(checkpoint({ dataset: '2d3ds' }))).toEqual(imageNetNormalization);
  expect(normalizationOf(checkpoint({ dataset: 'rendered' }))).toEqual(renderedNormalization);
  expect(normalizationIn({ kind: 'none' }, 'rendered')).toEqual(renderedNormalization);
});

test('checkpoints of other apps', () => {
  expect(() => normalizationOf(checkpoint({ dataset: 'mpii' }))).toThrow(
    new DataError('FILE', 'FILE does not say what its network was trained on: it is a checkpoint of another app.'),
  );
  expect(() => normalizationOf(checkpoint({ dataset: '2d3ds' }, { normalization: { mean: [1], std: 2 } }))).toThrow(
    new DataError(
      'FILE',
      'FILE does not say how its network wants its images, expected a normalisation with mean and std; it is a checkpoint of ' +
        'another app.',
    ),
  );
});

test('rooms are known by their stream and size, frames by name', async () => {
  const splitsOf = async (change: object) => {
    const { splits } = dataAtHand(await openDataset({ ...renderedConfig, ...change }), renderedNormalization);
    return [splits.train!.digest, splits.test!.digest];
  };
  const [train, tested] = await splitsOf({});
  expect(await splitsOf({})).toEqual([train, tested]);
  expect(train).not.toBe(tested);
  for (const change of [{ seed: 2 }, { renderedSizePx: 32 }]) expect(await splitsOf(change)).not.toContain(train);

  const folder = temporaryFolder();
  for (const area of ['train', 'val', 'test']) await writeFrameFiles(folder, frameName(`area_${area}`, 'hall_1', 0));
  const { splits } = dataAtHand(await openDataset(folderConfig(folder)), imageNetNormalization);
  expect([...splits.val!.names!()]).toEqual([`area_val/camera_${'0'.repeat(32)}_hall_1_frame_0`]);
});
