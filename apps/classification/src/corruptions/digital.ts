// What image files and screens do: low contrast, elastic distortion, coarse pixels, JPEG.
import sharp from 'sharp';
import { gaussianBlur } from './arithmetic/filters.js';
import { affineMap, type Point, sampleAt, type Triangle } from './arithmetic/sampling.js';
import { type Corruption, fieldOf, fromBytes, type Pixels, settingAt, SIDE, toBytes } from './pixels.js';

const contrasts = [0.75, 0.5, 0.4, 0.3, 0.15];

/** Each channel drawn towards its mean. */
export const contrast: Corruption = (image, severity) => {
  const kept = settingAt(contrasts, severity);
  const means = [0, 0, 0];
  for (let k = 0; k < image.length; k++) means[k % 3]! += image[k]! / SIDE ** 2;
  return image.map((value, k) => means[k % 3]! + kept * (value - means[k % 3]!));
};

/** As shares of the side: length of the shifts before they are smoothed, the smoothing, how far corners are drawn. */
const elastics = [
  { shift: 0, sigma: 0, corner: 0.08 },
  { shift: 0.05, sigma: 0.2, corner: 0.07 },
  { shift: 0.08, sigma: 0.06, corner: 0.06 },
  { shift: 0.1, sigma: 0.04, corner: 0.05 },
  { shift: 0.1, sigma: 0.03, corner: 0.03 },
];

/** A random affine map, then each pixel taken from near by, neighbours from alike places. */
export const elastic: Corruption = (image, severity, rng) => {
  const { shift, sigma, corner } = settingAt(elastics, severity);
  const between = (most: number): number => most * (2 * rng.uniform() - 1);
  const [near, far] = [SIDE / 2 - Math.floor(SIDE / 3), SIDE / 2 + Math.floor(SIDE / 3)];
  const corners: Triangle = [
    { x: far, y: far },
    { x: far, y: near },
    { x: near, y: near },
  ];
  const drawn = corners.map(({ x, y }) => ({ x: x + between(corner * SIDE), y: y + between(corner * SIDE) }));
  const origin = affineMap(drawn as [Point, Point, Point], corners);
  const warped = sampleAt(image, (x, y) => origin({ x, y }), 'mirror');
  const shifts = (): Pixels =>
    gaussianBlur(
      fieldOf(() => between(1)),
      { sigma: sigma * SIDE, truncate: 3, border: 'symmetric' },
    );
  const [right, down] = [shifts(), shifts()];
  const place = (x: number, y: number): Point => ({
    x: x + shift * SIDE * right[SIDE * y + x]!,
    y: y + shift * SIDE * down[SIDE * y + x]!,
  });
  return sampleAt(warped, place, 'symmetric');
};

const sidesLeft = [0.95, 0.9, 0.85, 0.75, 0.65].map((share) => Math.floor(share * SIDE));

/** Made smaller, each pixel the mean of those whose centres it covers, and larger again, by repetition. */
export const pixelate: Corruption = (image, severity) => {
  const side = settingAt(sidesLeft, severity);
  const covered = Array.from({ length: side }, (_, i) => coveredBy(i, SIDE / side));
  const result = new Float64Array(image.length);
  for (let y = 0; y < SIDE; y++) {
    const rows = covered[Math.floor(((y + 0.5) * side) / SIDE)]!;
    for (let x = 0; x < SIDE; x++) {
      const columns = covered[Math.floor(((x + 0.5) * side) / SIDE)]!;
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        for (const row of rows) for (const column of columns) sum += image[3 * (SIDE * row + column) + c]!;
        result[3 * (SIDE * y + x) + c] = sum / (rows.length * columns.length);
      }
    }
  }
  return result;
};

/** Pixels whose centres lie in [i · width, (i + 1) · width). */
function coveredBy(i: number, width: number): number[] {
  return Array.from({ length: SIDE }, (_, pixel) => pixel).filter((pixel) => Math.floor((pixel + 0.5) / width) === i);
}

const qualities = [80, 65, 58, 50, 40];

/** With half the resolution of colour, as most programs write it. */
export const jpeg: Corruption = async (image, severity) => {
  const raw = { width: SIDE, height: SIDE, channels: 3 } as const;
  const file = await sharp(toBytes(image), { raw })
    .jpeg({ quality: settingAt(qualities, severity), chromaSubsampling: '4:2:0' })
    .toBuffer();
  return fromBytes(await sharp(file).raw().toBuffer());
};
