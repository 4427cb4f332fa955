// Crops and targets agree, whatever the view: a white spot at a joint must lie under that joint's peak.
import { join } from 'node:path';
import sharp from 'sharp';
import { createExampleBatches, type ExampleWork } from 'training-kit/data';
import { beforeAll, expect, test } from 'vitest';
import { temporaryFolder } from '../../../test/annotation-fixtures.js';
import { jointStates, noJoints } from '../annotations/person-record.js';
import { jointIds } from '../joints.js';
import { augmentations } from '../views/augment.js';
import { unitRange } from '../views/normalization.js';
import { personExamples, type PersonJob, personShapes } from './person-example.js';

const folder = temporaryFolder();
const spot = { x: 190, y: 120 };
const { joints, states } = noJoints();
joints.set([spot.x, spot.y], 2 * jointIds['left wrist']);
states[jointIds['left wrist']] = jointStates.visible;

const job: PersonJob = {
  split: {
    people: [
      {
        image: 'spot.png',
        center: { x: 160, y: 110 },
        scale: 0.8,
        joints,
        states,
        headSize: 10,
        headBox: null,
        declaredSize: null,
        split: 'train',
        origin: { file: 'test', record: 'record 0' },
      },
    ],
    numExamples: 1,
    images: { kind: 'files', folder, onBadImage: 'stop' },
    skipped: [],
  },
  crop: { boxRule: 'mpii', inputSize: 64, mapSize: 32, sigmaPx: 1, peak: 'exact', normalization: unitRange },
  augmentation: augmentations.hourglass,
};
const training: ExampleWork<string>['order'] = { kind: 'train', lastBatch: 'keep', rngPath: 'views' };

beforeAll(async () => {
  const pixels = Buffer.alloc(320 * 240 * 3);
  for (let y = -3; y <= 3; y++) {
    for (let x = -3; x <= 3; x++)
      pixels.fill(255, 3 * ((spot.y + y) * 320 + spot.x + x), 3 * ((spot.y + y) * 320 + spot.x + x + 1));
  }
  await sharp(pixels, { raw: { width: 320, height: 240, channels: 3 } })
    .png()
    .toFile(join(folder, 'spot.png'));
});

async function batchAt(step: number, order = training) {
  const out = {
    images: new Float32Array(64 * 64 * 3),
    targets: new Float32Array(32 * 32 * 16),
    weights: new Float32Array(16),
    examples: new Int32Array(1),
    broken: new Int32Array(1),
  };
  const work = { numExamples: 1, batchSize: 1, shapes: personShapes(job.crop), cacheBytes: 1_000_000, order };
  await createExampleBatches(work, personExamples(job)).make(step, out);
  return out;
}

/** Middle of mass of every `stride`-th value of a square. */
function middleOf(values: Float32Array, size: number, stride: number, offset: number) {
  let [mass, x, y] = [0, 0, 0];
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const value = values[(row * size + column) * stride + offset]!;
      mass += value;
      x += value * column;
      y += value * row;
    }
  }
  return { x: x / mass, y: y / mass };
}

test('the spot lies under the peak in every view; mirrored, it is the right wrist', async () => {
  const wrists = new Set<number>();
  for (let step = 0; step < 24; step++) {
    const { images, targets, weights } = await batchAt(step);
    const wrist = weights.indexOf(1);
    wrists.add(wrist);
    const seen = middleOf(images, 64, 3, 1);
    const wanted = middleOf(targets, 32, 16, wrist);
    expect(Math.abs(2 * wanted.x + 0.5 - seen.x)).toBeLessThan(0.25);
    expect(Math.abs(2 * wanted.y + 0.5 - seen.y)).toBeLessThan(0.25);
  }
  expect([...wrists].sort((a, b) => a - b)).toEqual([jointIds['right wrist'], jointIds['left wrist']]);
});

test('a batch is a function of the step alone', async () => {
  const step5 = await batchAt(5);
  expect(await batchAt(5)).toEqual(step5);
  expect(await batchAt(6)).not.toEqual(step5);
});

test('an evaluation sees the box as it is', async () => {
  const { weights, images } = await batchAt(0, { kind: 'evaluation' });
  expect(weights.indexOf(1)).toBe(jointIds['left wrist']);
  const seen = middleOf(images, 64, 3, 0);
  // The box is 200 wide about (160, 122): 30 and −2 pixels of the image off its middle are 9.6 and −0.64 of the crop.
  expect(seen.x).toBeCloseTo(31.5 + 9.6, 1);
  expect(seen.y).toBeCloseTo(31.5 - 0.64, 1);
});
