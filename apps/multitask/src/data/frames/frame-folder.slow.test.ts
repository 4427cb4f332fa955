// Folders of frames as people have them, drawn at random: a dataset, or one sentence that names what is wrong.
import { mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRng, type Rng } from 'rpg-core/rng';
import sharp from 'sharp';
import { ConfigError, DataError } from 'training-kit/errors';
import { expect, inject, test } from 'vitest';
import { folderConfig } from '../../../test/data-config.js';
import { frameName, grey16, ownPixels, temporaryFolder, writeFrameFiles } from '../../../test/frame-fixtures.js';
import { withSize } from '../../../test/png-chunks.js';
import { openDataset } from '../dataset.js';
import { surveyDataset } from '../survey/survey-dataset.js';
import { framePath, modalities } from './frame-files.js';
import { inspectPng, readGrey16Png, readRgbPng } from './png-file.js';

const numFolders = 400 * inject('casesFactor');
const numFiles = 4000 * inject('casesFactor');
const areas = ['area_train', 'area_val', 'area_test'] as const;
const folder = temporaryFolder();

/** Does one thing to a folder of three areas with two frames each. */
async function spoil(root: string, rng: Rng): Promise<void> {
  const area = areas[rng.below(3)]!;
  const name = frameName(area, 'hall_1', rng.below(2));
  const modality = modalities[rng.below(3)]!;
  const file = framePath(root, name, modality);
  const within = join(root, area, 'data', modality);
  switch (rng.below(11)) {
    case 0:
      rmSync(file);
      return;
    case 1:
      truncateSync(file, rng.below(60));
      return;
    case 2:
      rmSync(file);
      mkdirSync(file);
      return;
    case 3:
      rmSync(file);
      symlinkSync(join(root, 'nowhere'), file);
      return;
    case 4:
      rmSync(within, { recursive: true });
      return;
    case 5:
      renameSync(join(root, area), join(root, `${area}x`));
      return;
    case 6: // names that are no frames, of any bytes but those that end a name
      for (let i = 0; i < 5; i++) {
        const bytes = Buffer.from(Array.from({ length: 1 + rng.below(20) }, () => 1 + rng.below(255))).filter(
          (byte) => byte !== 0x2f,
        );
        const stranger = Buffer.concat([Buffer.from(`${within}/x`), bytes]);
        writeFileSync(stranger, '');
      }
      return;
    case 7:
      writeFileSync(file, 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n');
      return;
    case 8: // black, or all of one value
      await writeFrameFiles(root, name, {
        ...ownPixels(name),
        depth: new Uint16Array(64).fill(rng.uint32()),
        normal: new Uint8Array(192).fill(rng.uint32()),
      });
      return;
    case 9:
      rmSync(join(root, area), { recursive: true });
      symlinkSync(join(root, areas[rng.below(3)]!), join(root, area));
      return;
    default:
      return;
  }
}

test(`${numFolders} folders: a dataset, or one sentence`, async () => {
  let numOpened = 0;
  for (let index = 0; index < numFolders; index++) {
    const rng = createRng('frame folders').fork(index);
    const root = join(folder, `folder-${index}`);
    for (const area of areas) for (const i of [0, 1]) await writeFrameFiles(root, frameName(area, 'hall_1', i));
    for (let i = rng.below(3); i >= 0; i--) await spoil(root, rng.fork(i)).catch(() => undefined); // spoiled away before
    const onBadImage = rng.below(2) === 0 ? 'stop' : 'skip';
    try {
      const dataset = await openDataset({ ...folderConfig(root), onBadImage });
      await surveyDataset(dataset, () => undefined);
      numOpened++;
    } catch (error) {
      if (!(error instanceof DataError) && !(error instanceof ConfigError)) throw error;
      expect(error.message).toContain(root);
      expect(error.message.length).toBeLessThan(900);
    }
    rmSync(root, { recursive: true });
  }
  expect(numOpened).toBeGreaterThan(numFolders / 10);
  expect(numOpened).toBeLessThan((9 * numFolders) / 10);
});

/** A PNG of any kind: greyscale, palette or colour, of 1 to 16 bits, interlaced, with transparency, of another size. */
async function anyPng(rng: Rng): Promise<Buffer> {
  const [width, height] = [1 + rng.below(9), 1 + rng.below(9)];
  const channels = (1 + rng.below(4)) as 1 | 2 | 3 | 4;
  const is16 = rng.below(2) === 0;
  const values = is16 ? new Uint16Array(width * height * channels) : new Uint8Array(width * height * channels);
  for (let i = 0; i < values.length; i++) values[i] = rng.uint32();
  const options = { progressive: rng.below(2) === 0, palette: !is16 && rng.below(3) === 0 };
  const image =
    is16 && channels === 1
      ? grey16(values as Uint16Array, width, height)
      : sharp(values, { raw: { width, height, channels } }).toColourspace(
          is16 ? 'rgb16' : channels < 3 ? 'b-w' : 'srgb',
        );
  const png = await image.png(options).toBuffer();
  const side = () => 1 + rng.below(2 ** (1 + rng.below(31)));
  return rng.below(4) === 0 ? withSize(png, side(), side()) : png;
}

test(`${numFiles} PNG files of every kind: what is refused without decoding is what its reader refuses`, async () => {
  const file = join(folder, 'any.png');
  let numRead = 0;
  for (let index = 0; index < numFiles; index++) {
    const rng = createRng('kinds of PNG').fork(index);
    writeFileSync(file, await anyPng(rng));
    const what = (['images', 'normals', 'depths'] as const)[rng.below(3)]!;
    const outcome = async (work: Promise<unknown>): Promise<'good' | 'bad'> => {
      try {
        await work;
        return 'good';
      } catch (error) {
        if (error instanceof DataError && error.message.includes(file)) return 'bad';
        throw error;
      }
    };
    const inspected = await outcome(inspectPng(file, what, true));
    const read = await outcome(what === 'depths' ? readGrey16Png(file) : readRgbPng(file, what));
    if (inspected === 'bad') expect(read).toBe('bad'); // never the other way: good files are not refused
    if (read === 'good') numRead++;
  }
  expect(numRead).toBeGreaterThan(numFiles / 10);
});
