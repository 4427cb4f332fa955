import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { scratchFolder } from '../../test/scratch-folder.js';
import { ConfigError } from '../errors.js';
import { noAugmentation } from '../labelled-images/augment.js';
import { countClasses } from '../labelled-images/split.js';
import { type CifarSettings, openCifar } from './cifar-set.js';

const settings: CifarSettings = {
  data: null,
  valExamples: 200,
  augmentation: noAugmentation,
  numWorkers: 1,
  seed: 1,
};

test.each([
  { name: 'cifar10', title: 'CIFAR-10', folder: 'cifar-10-batches-bin' },
  { name: 'cifar100', title: 'CIFAR-100', folder: 'cifar-100-binary' },
] as const)('$title without a folder', async ({ name, title, folder }) => {
  await expect(openCifar(name, settings)).rejects.toThrow(
    new ConfigError(
      'data',
      `data is not set: ${title} is read from a folder. Pass --data DIR, the folder that holds ${folder}.`,
    ),
  );
});

test('the official sizes; val is balanced and comes out of train', async () => {
  const data = scratchFolder('cifar-set');
  try {
    const home = join(data, 'cifar-100-binary');
    mkdirSync(home);
    const recordBytes = 3074;
    const records = (count: number): Uint8Array => {
      const bytes = new Uint8Array(count * recordBytes);
      for (let i = 0; i < count; i++) bytes[i * recordBytes + 1] = i % 100;
      return bytes;
    };
    writeFileSync(join(home, 'train.bin'), records(50_000));
    writeFileSync(join(home, 'test.bin'), records(10_000));
    const set = await openCifar('cifar100', { ...settings, data });
    expect([set.train, set.val, set.test].map(({ numExamples }) => numExamples)).toEqual([49_800, 200, 10_000]);
    expect(countClasses(set.val.labels, 100)).toEqual(new Array(100).fill(2));
    expect(set).toMatchObject({ numClasses: 100, imageShape: [32, 32, 3] });
  } finally {
    rmSync(data, { recursive: true });
  }
});
