// The pixels that training and evaluation see are those that a viewer shows and that predict sees.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { createExampleBatches, type ExampleWork } from 'training-kit/data';
import { readPhoto } from 'training-kit/images';
import { expect, test } from 'vitest';
import { hrnetRecord, messageOf, temporaryFolder } from '../../test/annotation-fixtures.js';
import { personExamples, personShapes } from './batches/person-example.js';
import { type DataConfig, openDataset } from './dataset.js';
import { augmentations } from './views/augment.js';
import { boxRules, cropBoxOf, cropToImage } from './views/crop.js';
import type { CropSettings } from './views/crop-settings.js';
import { unitRange } from './views/normalization.js';
import { writeCrop } from './views/warp.js';

const folder = temporaryFolder();
/** As fine as the images, so that none is decoded at a part of its size. */
const SIZE = 128;
const crop: CropSettings = {
  ...{ boxRule: 'mpii', inputSize: SIZE, mapSize: 32, sigmaPx: 1, peak: 'pixel', normalization: unitRange },
};

async function open(image: string, onBadImage: 'stop' | 'skip' = 'stop') {
  const file = join(folder, 'train.json');
  writeFileSync(file, JSON.stringify([hrnetRecord({ image })]));
  const config: DataConfig = {
    ...{ dataset: 'mpii', images: folder, annotations: file, valAnnotations: null, firstPixel: 1, onBadImage },
    ...{ valExamples: 0, renderedTrain: 1, renderedTest: 1, renderedSizePx: 64, seed: 1 },
  };
  return openDataset(config);
}

/** The crop of the one person in `image`: in training, in an evaluation, and as predict cuts it out. */
async function crops(image: string): Promise<Float32Array[]> {
  const { train } = await open(image);
  const examples = personExamples({ split: train, crop, augmentation: augmentations.none });
  const shared = { numExamples: 1, batchSize: 1, cacheBytes: 0, shapes: personShapes(crop) };
  const orders: ExampleWork<string>['order'][] = [
    { kind: 'train', lastBatch: 'keep', rngPath: 'order' },
    { kind: 'evaluation' },
  ];
  const made: Float32Array[] = [];
  for (const order of orders) {
    const out = {
      images: new Float32Array(3 * SIZE * SIZE),
      targets: new Float32Array(32 * 32 * 16),
      weights: new Float32Array(16),
      examples: new Int32Array(1),
      broken: new Int32Array(1),
    };
    await createExampleBatches({ ...shared, order }, examples).make(0, out);
    made.push(out.images);
  }
  const predicted = new Float32Array(3 * SIZE * SIZE);
  const toImage = cropToImage(cropBoxOf(train.people[0]!, boxRules.mpii), SIZE);
  writeCrop(await readPhoto(join(folder, image)), toImage, SIZE, [1, 1, 1], unitRange, predicted);
  return [...made, predicted];
}

async function write(name: string, image: Sharp): Promise<string> {
  await image.toFile(join(folder, name));
  return name;
}

/** 60 × 80 pixels, every one of another colour. */
const pixels = Buffer.from(
  Array.from({ length: 60 * 80 }, (_, i) => [4 * (i % 60), 3 * Math.floor(i / 60), 90]).flat(),
);
const upright = () => sharp(pixels, { raw: { width: 60, height: 80, channels: 3 } });

test('turned by its EXIF, an image is seen as it is shown', async () => {
  const [expected] = await crops(await write('upright.png', upright()));
  // Stored lying on its left side, with the mark that it is to be turned clockwise.
  const lying = sharp(await upright().rotate(270).png().toBuffer()).withMetadata({ orientation: 6 });
  const turned = await write('turned.png', lying.png());
  expect(await sharp(join(folder, turned)).metadata()).toMatchObject({ width: 80, height: 60, orientation: 6 });
  for (const seen of await crops(turned)) expect(seen).toEqual(expected);
});

test('transparent parts are white, whatever colour is hidden there', async () => {
  const withHole = (hidden: number) =>
    Buffer.from(
      Array.from({ length: 60 * 80 }, (_, i) => (i % 60 < 30 ? [hidden, hidden, hidden, 0] : [9, 99, 199, 255])).flat(),
    );
  const names: string[] = [];
  for (const hidden of [0, 130]) {
    const source = sharp(withHole(hidden), { raw: { width: 60, height: 80, channels: 4 } });
    names.push(await write(`hidden-${hidden}.png`, source.png()));
  }
  const [first, second] = [await crops(names[0]!), await crops(names[1]!)];
  for (const seen of [...first, ...second]) expect(seen).toEqual(first[0]);
  const left = 3 * ((SIZE / 2) * SIZE + 40);
  expect([...first[0]!.subarray(left, left + 3)]).toEqual([1, 1, 1]);
});

const MEND =
  'The run stops.\nAdd or replace the image, or pass --on-bad-image skip to go on without such records and have them ' +
  'counted.';
test.each([
  {
    name: 'drawing.jpg',
    content: () => Promise.resolve(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="60" height="80"/>')),
  },
  { name: 'frames.jpg', content: () => upright().gif().toBuffer() },
  { name: 'scan.jpg', content: () => upright().tiff().toBuffer() },
  {
    name: 'huge.png',
    content: () =>
      sharp({ create: { width: 16_000, height: 16_000, channels: 3, background: 'teal' } })
        .png()
        .toBuffer(),
  },
])('$name is refused before training as predict refuses it', async ({ name, content }) => {
  writeFileSync(join(folder, name), await content());
  const said = await messageOf(readPhoto(join(folder, name)), folder);
  const reason = said.slice(`Cannot read DIR/${name}: `.length, -1);
  expect(await messageOf(open(name), folder)).toBe(
    `DIR/train.json, record 0 (${name}): DIR/${name} cannot be used: ${reason}. ${MEND}`,
  );
  expect(await messageOf(open(name, 'skip'), folder)).toContain('records skipped: broken image: 1');
});
