import type { DecodedImage } from 'training-kit/images';
import { expect, test } from 'vitest';
import { cropToImage, type CropView, plainView } from './crop.js';
import { type Normalization, unitRange } from './normalization.js';
import { writeCrop } from './warp.js';

const image: DecodedImage = {
  pixels: Uint8Array.from({ length: 4 * 4 * 3 }, (_, i) => (37 * i + 11) % 256),
  width: 4,
  height: 4,
  fullWidth: 4,
  fullHeight: 4,
};
const wholeBox = { center: { x: 1.5, y: 1.5 }, sizePx: 4 };

function crop(
  view: Partial<CropView> = {},
  {
    source = image,
    box = wholeBox,
    resolution = 4,
    factors = [1, 1, 1] as [number, number, number],
    normalization = unitRange,
  }: {
    source?: DecodedImage;
    box?: typeof wholeBox;
    resolution?: number;
    factors?: [number, number, number];
    normalization?: Normalization;
  } = {},
): number[] {
  const out = new Float32Array(resolution * resolution * 3).fill(NaN);
  writeCrop(source, cropToImage(box, resolution, { ...plainView, ...view }), resolution, factors, normalization, out);
  return Array.from(out, (value) => Math.round(value * 255 * 1000) / 1000);
}

const pixels = Array.from(image.pixels);
const pixelAt = (x: number, y: number) => pixels.slice(3 * (4 * y + x), 3 * (4 * y + x) + 3);

test('the whole image as it is', () => {
  expect(crop()).toEqual(pixels);
});

test('mirrored, and turned by a quarter', () => {
  const mirrored = [0, 1, 2, 3].flatMap((y) => [3, 2, 1, 0].flatMap((x) => pixelAt(x, y)));
  expect(crop({ isFlipped: true })).toEqual(mirrored);
  const turned = [0, 1, 2, 3].flatMap((y) => [0, 1, 2, 3].flatMap((x) => pixelAt(3 - y, x))); // right goes to the top
  expect(crop({ rotationRadians: Math.PI / 2 })).toEqual(turned);
});

test('half the size: each pixel the mean of four', () => {
  const mean = (x: number, y: number) =>
    [0, 1, 2].map((c) =>
      [
        [0, 0],
        [1, 0],
        [0, 1],
        [1, 1],
      ].reduce((sum, [dx, dy]) => sum + pixelAt(2 * x + dx!, 2 * y + dy!)[c]! / 4, 0),
    );
  const half = crop({}, { resolution: 2 });
  expect(half).toEqual([mean(0, 0), mean(1, 0), mean(0, 1), mean(1, 1)].flat());
});

test('black beyond the image, fading over one pixel', () => {
  const moved = crop({}, { box: { center: { x: -0.5, y: 1.5 }, sizePx: 4 } });
  expect(moved.slice(0, 6)).toEqual([0, 0, 0, 0, 0, 0]);
  expect(moved.slice(6, 12)).toEqual([...pixelAt(0, 0), ...pixelAt(1, 0)]);
  const halfway = crop({}, { box: { center: { x: 1, y: 1.5 }, sizePx: 4 } });
  expect(halfway.slice(0, 3)).toEqual(pixelAt(0, 0).map((value) => value / 2));
});

test('colour factors cut at 1, then the normalisation', () => {
  const out = crop({}, { factors: [2, 1, 0.5] });
  expect(out.slice(0, 3)).toEqual([Math.min(255, 2 * pixels[0]!), pixels[1]!, pixels[2]! / 2]);
  const normalised = crop({}, { normalization: { mean: [0.5, 0, 0], std: [0.5, 1, 2] } });
  expect(normalised[0]).toBeCloseTo(2 * (pixels[0]! - 127.5), 2);
  expect(normalised[2]).toBeCloseTo(pixels[2]! / 2, 2);
});

test('an image decoded at half its size lies where the whole one lies', () => {
  const large = { ...image, fullWidth: 8, fullHeight: 8 };
  expect(crop({}, { source: large, box: { center: { x: 3.5, y: 3.5 }, sizePx: 8 } })).toEqual(pixels);
});
