import fc from 'fast-check';
import { createRng } from 'rpg-core';
import { describe, expect, test } from 'vitest';
import {
  type Augmentation,
  checkAugmentation,
  drawView,
  noAugmentation,
  plainView,
  standardAugmentation,
  type View,
  writeView,
} from './augment.js';
import { cifar10Normalization, normalizationTable } from './normalization.js';
import type { ImageShape } from './split.js';

/** Leaves bytes as they are: what is tested is where each pixel goes. */
const asBytes = normalizationTable({ mean: [0, 0, 0], std: [1 / 255, 1 / 255, 1 / 255] });
const shape4: ImageShape = [4, 4, 3];

/** An image whose pixel (row, column) holds `row column` as two digits from 11 in red, 100 more in green, 200 in blue. */
const image4 = Uint8Array.from({ length: 48 }, (_, i) => {
  const pixel = Math.floor(i / 3);
  return 11 + 10 * Math.floor(pixel / 4) + (pixel % 4) + 100 * (i % 3 === 1 ? 1 : 0) + 50 * (i % 3 === 2 ? 1 : 0);
});

/** The red channel of `image` under `view`, row by row. */
function red(view: Partial<View>): number[][] {
  const out = new Float32Array(48).fill(NaN);
  writeView(image4, shape4, { ...plainView, ...view }, asBytes, out);
  const pixels = Array.from({ length: 16 }, (_, pixel) => {
    const [r, g, b] = [0, 1, 2].map((channel) => Math.round(out[3 * pixel + channel]!));
    if (r !== 0)
      expect([g! - r!, b! - r!]).toEqual([100, 50]); // channels stay together
    else expect([g, b]).toEqual([0, 0]);
    return r!;
  });
  return [0, 4, 8, 12].map((start) => pixels.slice(start, start + 4));
}

describe('worked by hand', () => {
  test('the plain view is the image', () => {
    expect(red({})).toEqual([
      [11, 12, 13, 14],
      [21, 22, 23, 24],
      [31, 32, 33, 34],
      [41, 42, 43, 44],
    ]);
  });

  test('a crop one to the right and two up', () => {
    expect(red({ left: 1, top: -2 })).toEqual([
      [0, 0, 0, 0],
      [0, 0, 0, 0],
      [12, 13, 14, 0],
      [22, 23, 24, 0],
    ]);
  });

  test('the mirror comes after the crop', () => {
    expect(red({ left: 1, top: -2, isFlipped: true })).toEqual([
      [0, 0, 0, 0],
      [0, 0, 0, 0],
      [0, 14, 13, 12],
      [0, 24, 23, 22],
    ]);
  });

  test('a quarter turn anticlockwise', () => {
    expect(red({ rotationRadians: Math.PI / 2 })).toEqual([
      [14, 24, 34, 44],
      [13, 23, 33, 43],
      [12, 22, 32, 42],
      [11, 21, 31, 41],
    ]);
  });

  test('an eighth turn brings zeros into the corners and keeps the middle', () => {
    const turned = red({ rotationRadians: Math.PI / 4 });
    expect([turned[0]![0], turned[0]![3], turned[3]![0], turned[3]![3]]).toEqual([0, 0, 0, 0]);
    expect(turned[1]!.concat(turned[2]!).filter((value) => value === 0)).toEqual([]);
  });

  test('a rotation sees the crop alone', () => {
    expect(red({ left: 2, rotationRadians: Math.PI / 2 })).toEqual([
      [0, 0, 0, 0],
      [0, 0, 0, 0],
      [14, 24, 34, 44],
      [13, 23, 33, 43],
    ]);
  });

  test('a cutout', () => {
    expect(red({ cutout: { left: 2, right: 4, top: 0, bottom: 1 } })[0]).toEqual([11, 12, 0, 0]);
  });

  test('normalisation, padding before it and cutout after it', () => {
    const normalization = cifar10Normalization;
    const out = new Float32Array(48);
    const view = { ...plainView, left: 1, cutout: { left: 0, right: 1, top: 0, bottom: 1 } };
    writeView(image4, shape4, view, normalizationTable(normalization), out);
    expect([...out.subarray(0, 3)]).toEqual([0, 0, 0]); // cut out
    expect(out[3]).toBeCloseTo((13 / 255 - 0.4914) / 0.2023, 6);
    expect(out[4]).toBeCloseTo((113 / 255 - 0.4822) / 0.1994, 6);
    expect(out[5]).toBeCloseTo((63 / 255 - 0.4465) / 0.201, 6);
    expect(out[9]).toBeCloseTo(-0.4914 / 0.2023, 6); // padded by a zero byte
  });
});

const anyImage = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })).chain(([height, width]) =>
  fc.record({
    shape: fc.constant<ImageShape>([height, width, 3]),
    image: fc.uint8Array({ minLength: height * width * 3, maxLength: height * width * 3 }),
    left: fc.integer({ min: -4, max: 4 }),
    top: fc.integer({ min: -4, max: 4 }),
    isFlipped: fc.boolean(),
  }),
);

function write(image: Uint8Array, shape: ImageShape, view: View): Float32Array {
  const out = new Float32Array(image.length).fill(NaN);
  writeView(image, shape, view, asBytes, out);
  return out;
}

test('every view writes every element, and upright equals padding, cropping and mirroring step by step', () => {
  fc.assert(
    fc.property(anyImage, ({ shape, image, left, top, isFlipped }) => {
      const [height, width] = shape;
      const out = write(image, shape, { ...plainView, left, top, isFlipped });
      for (let row = 0; row < height; row++) {
        for (let column = 0; column < width; column++) {
          const sourceColumn = left + (isFlipped ? width - 1 - column : column);
          const sourceRow = top + row;
          const isInside = sourceColumn >= 0 && sourceColumn < width && sourceRow >= 0 && sourceRow < height;
          for (let channel = 0; channel < 3; channel++) {
            const expected = isInside ? image[3 * (sourceRow * width + sourceColumn) + channel]! : 0;
            expect(out[3 * (row * width + column) + channel]).toBeCloseTo(expected, 3);
          }
        }
      }
    }),
    { seed: 1 },
  );
});

test('mirroring twice is the image; turning by a full turn too', () => {
  fc.assert(
    fc.property(anyImage, ({ shape, image }) => {
      const mirrored = Uint8Array.from(write(image, shape, { ...plainView, isFlipped: true }), Math.round);
      const bytes = Array.from(image);
      expect(Array.from(write(mirrored, shape, { ...plainView, isFlipped: true }), Math.round)).toEqual(bytes);
      const turned = write(image, shape, { ...plainView, rotationRadians: 2 * Math.PI });
      expect(Array.from(turned, Math.round)).toEqual(bytes);
    }),
    { seed: 1 },
  );
});

describe('drawing views', () => {
  const all: Augmentation = { cropPaddingPx: 4, flip: true, rotationDegrees: 15, cutoutPx: 8 };
  const views = Array.from({ length: 2000 }, (_, i) => drawView(all, [32, 32, 3], createRng('views').fork(i)));

  test('all offsets, both mirrors and the whole range of angles come up', () => {
    expect(new Set(views.map(({ left, top }) => `${left} ${top}`)).size).toBe(81);
    const numFlipped = views.filter(({ isFlipped }) => isFlipped).length;
    expect(Math.abs(numFlipped - 1000)).toBeLessThan(120); // 5 standard deviations of a fair coin
    const degrees = views.map(({ rotationRadians }) => (rotationRadians * 180) / Math.PI);
    expect(Math.max(...degrees)).toBeLessThanOrEqual(15);
    expect(Math.max(...degrees)).toBeGreaterThan(14.5);
    expect(Math.min(...degrees)).toBeLessThan(-14.5);
  });

  test('cutouts stay inside, are whole away from the border and cut at it', () => {
    for (const { cutout } of views) {
      expect(cutout.left).toBeGreaterThanOrEqual(0);
      expect(cutout.right).toBeLessThanOrEqual(32);
      expect(cutout.right - cutout.left).toBeGreaterThanOrEqual(4);
      expect(cutout.bottom - cutout.top).toBeLessThanOrEqual(8);
    }
  });

  test('nothing switched on draws nothing', () => {
    const rng = createRng('still');
    expect(drawView(noAugmentation, [32, 32, 3], rng)).toEqual(plainView);
    expect(rng.uint32()).toBe(createRng('still').uint32());
  });

  test.each([
    { cropPaddingPx: -1, said: 'augmentation.cropPaddingPx is -1, expected an integer from 0.' },
    { cutoutPx: 1.5, said: 'augmentation.cutoutPx is 1.5, expected an integer from 0.' },
    { rotationDegrees: NaN, said: 'augmentation.rotationDegrees is NaN, expected a number from 0 to 180.' },
  ])('$said', ({ said, ...wrong }) => {
    expect(() => {
      checkAugmentation({ ...standardAugmentation, ...wrong });
    }).toThrow(new RangeError(said));
  });
});

test('a zero std is refused', () => {
  expect(() => normalizationTable({ mean: [0, 0, 0], std: [1, 0, 1] })).toThrow(
    new RangeError('normalization.std is [1, 0, 1], expected three numbers above 0.'),
  );
});
