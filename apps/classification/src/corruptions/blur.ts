// Blur: out of focus, through frosted glass, of a moving camera, of one that comes nearer.
import { gaussianBlur, motionBlur, softDisk, weightedSum } from './arithmetic/filters.js';
import { clippedZoom } from './arithmetic/sampling.js';
import { type Corruption, type Pixels, settingAt, SIDE } from './pixels.js';

const disks = [
  { radius: 0.3, softness: 0.4 },
  { radius: 0.4, softness: 0.5 },
  { radius: 0.5, softness: 0.6 },
  { radius: 1, softness: 0.2 },
  { radius: 1.5, softness: 0.1 },
];

export const defocusBlur: Corruption = (image, severity) => {
  const { radius, softness } = settingAt(disks, severity);
  return weightedSum(image, softDisk(radius, softness), 'mirror');
};

const glasses = [
  { sigma: 0.05, numRounds: 1 },
  { sigma: 0.25, numRounds: 1 },
  { sigma: 0.4, numRounds: 1 },
  { sigma: 0.25, numRounds: 2 },
  { sigma: 0.4, numRounds: 2 },
];

/**
 * Blurred, each pixel replaced by one of its neighbours above and to the left or kept, blurred again. The published program
 * means to exchange the two, but copies (both sides of its exchange are one memory); so do the published sets, and so it is here.
 */
export const glassBlur: Corruption = (image, severity, rng) => {
  const { sigma, numRounds } = settingAt(glasses, severity);
  const blur = (values: Pixels): Pixels => gaussianBlur(values, { sigma, truncate: 4, border: 'nearest' });
  const shuffled = Float64Array.from(blur(image));
  for (let round = 0; round < numRounds; round++) {
    for (let y = SIDE - 1; y > 1; y--) {
      for (let x = SIDE - 1; x > 1; x--) {
        const from = 3 * (SIDE * (y - rng.below(2)) + x - rng.below(2));
        shuffled.copyWithin(3 * (SIDE * y + x), from, from + 3);
      }
    }
  }
  return blur(shuffled);
};

const motions = [
  { radius: 6, sigma: 1 },
  { radius: 6, sigma: 1.5 },
  { radius: 6, sigma: 2 },
  { radius: 8, sigma: 2 },
  { radius: 9, sigma: 2.5 },
];

export const motionBlurred: Corruption = (image, severity, rng) =>
  motionBlur(image, { ...settingAt(motions, severity), angle: -45 + 90 * rng.uniform() });

/** Enlarged by 1, 1.01, 1.02 and so on. Published as ranges from 1 to 1.06 … 1.26; NumPy takes in the end of the first two. */
const numsOfZooms = [7, 12, 16, 21, 26];

/** The mean of the image and of all its enlargements. */
export const zoomBlur: Corruption = (image, severity) => {
  const numZooms = settingAt(numsOfZooms, severity);
  const sums = Float64Array.from(image);
  for (let i = 0; i < numZooms; i++) {
    const zoomed = clippedZoom(image, 1 + 0.01 * i);
    for (let k = 0; k < sums.length; k++) sums[k]! += zoomed[k]!;
  }
  return sums.map((sum) => sum / (numZooms + 1));
};
