import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, expect, test } from 'vitest';
import { hrnetRecord, messageOf, pytorchPoseRecord, temporaryFolder } from '../../test/annotation-fixtures.js';
import { type DataConfig, openDataset } from './dataset.js';

const folder = temporaryFolder();
const file = join(folder, 'train.json');

beforeAll(async () => {
  await sharp({ create: { width: 60, height: 70, channels: 3, background: 'teal' } }).toFile(join(folder, 'b.jpg'));
});

async function open(record: Record<string, unknown>, onBadImage: 'stop' | 'skip' = 'skip') {
  writeFileSync(file, JSON.stringify([record]));
  const config: DataConfig = {
    ...{ dataset: 'mpii', images: folder, annotations: file, valAnnotations: null, firstPixel: 1, onBadImage },
    ...{ valExamples: 0, renderedTrain: 1, renderedTest: 1, renderedSizePx: 64, seed: 1 },
  };
  return openDataset(config);
}

test.each([
  { size: { img_width: 60, img_height: 70 } },
  { size: { img_width: 0, img_height: 0 } }, // as some copies have it
  { size: { img_width: 60 } },
  { size: {} },
])('$size fits an image of 60 × 70', async ({ size }) => {
  expect((await open(pytorchPoseRecord(size))).train.numExamples).toBe(1);
});

const MEND = 'The run stops.\nPass the folder of the images that the annotations were made for.';
test.each([
  {
    size: { img_width: 30, img_height: 35 },
    said: `it is made for an image of 30 × 35 pixels, but the image has 60 × 70, 2 times as large. ${MEND}`,
  },
  {
    size: { img_width: 120, img_height: 140 },
    said: `it is made for an image of 120 × 140 pixels, but the image has 60 × 70, 0.5 times as large. ${MEND}`,
  },
  {
    size: { img_width: 20, img_height: 23 }, // 23⅓, rounded
    said: `it is made for an image of 20 × 23 pixels, but the image has 60 × 70, 3 times as large. ${MEND}`,
  },
  {
    size: { img_width: 60, img_height: 60 },
    said: `it is made for an image of 60 × 60 pixels, but the image has 60 × 70. ${MEND}`,
  },
  {
    size: { img_width: 70, img_height: 60 },
    said:
      'it is made for an image of 70 × 60 pixels, but the image has 60 × 70: it lies on its side. The run stops.\n' +
      'Turned as its EXIF says, the image is not as it was annotated. Take the tag off its files, or annotations of the ' +
      'upright images.',
  },
])('$size does not, whatever becomes of bad images', async ({ size, said }) => {
  for (const onBadImage of ['stop', 'skip'] as const) {
    expect(await messageOf(open(pytorchPoseRecord(size), onBadImage), folder)).toBe(
      `DIR/train.json, record 0 (b.jpg): ${said}`,
    );
  }
  expect(await messageOf(open(hrnetRecord({ image: 'b.jpg', ...size })), folder)).toContain('it is made for an image');
});
