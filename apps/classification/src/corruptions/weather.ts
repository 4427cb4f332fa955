// Weather: snow, frost on the window, fog, glaring light.
import { motionBlur } from './arithmetic/filters.js';
import { frostTexture } from './arithmetic/frost-texture.js';
import { plasmaFractal } from './arithmetic/plasma-fractal.js';
import { clippedZoom } from './arithmetic/sampling.js';
import { clipped, type Corruption, fieldOf, type Pixels, settingAt, SIDE } from './pixels.js';

/** Flakes: normal numbers enlarged by `zoom`, those below `threshold` left out, blown away. `colour`: the image's share. */
const snowfalls = [
  { mean: 0.1, deviation: 0.2, zoom: 1, threshold: 0.6, radius: 8, sigma: 3, colour: 0.95 },
  { mean: 0.1, deviation: 0.2, zoom: 1, threshold: 0.5, radius: 10, sigma: 4, colour: 0.9 },
  { mean: 0.15, deviation: 0.3, zoom: 1.75, threshold: 0.55, radius: 10, sigma: 4, colour: 0.9 },
  { mean: 0.25, deviation: 0.3, zoom: 2.25, threshold: 0.6, radius: 12, sigma: 6, colour: 0.85 },
  { mean: 0.3, deviation: 0.3, zoom: 1.25, threshold: 0.65, radius: 14, sigma: 12, colour: 0.8 },
];

/** Paler, with flakes on it: one layer, and the same one turned by half a turn. */
export const snow: Corruption = (image, severity, rng) => {
  const { mean, deviation, zoom, threshold, radius, sigma, colour } = settingAt(snowfalls, severity);
  const drawn = clippedZoom(
    fieldOf(() => mean + deviation * rng.normal()),
    zoom,
  );
  const flakes = drawn.map((value) => (value < threshold ? 0 : clipped(value)));
  const layer = motionBlur(flakes, { radius, sigma, angle: -135 + 90 * rng.uniform() });
  return image.map((value, k) => {
    const pixel = Math.floor(k / 3);
    const pale = Math.max(value, 1.5 * greyAt(image, pixel) + 0.5);
    return colour * value + (1 - colour) * pale + layer[pixel]! + layer[SIDE * SIDE - 1 - pixel]!;
  });
};

/** Luma of ITU-R BT.601. */
function greyAt(image: Pixels, pixel: number): number {
  return 0.299 * image[3 * pixel]! + 0.587 * image[3 * pixel + 1]! + 0.114 * image[3 * pixel + 2]!;
}

const frosts = [
  { image: 1, frost: 0.2 },
  { image: 1, frost: 0.3 },
  { image: 0.9, frost: 0.4 },
  { image: 0.85, frost: 0.4 },
  { image: 0.75, frost: 0.45 },
];

/** Differs from the published sets: the frost is painted, not photographed. */
export const frost: Corruption = (image, severity, rng) => {
  const shares = settingAt(frosts, severity);
  const texture = frostTexture(rng);
  return image.map((value, k) => shares.image * value + shares.frost * clipped(texture[k]!));
};

const fogs = [
  { amount: 0.2, decay: 3 },
  { amount: 0.5, decay: 3 },
  { amount: 0.75, decay: 2.5 },
  { amount: 1, decay: 2 },
  { amount: 1.5, decay: 1.75 },
];

/** As bright as before at its brightest. */
export const fog: Corruption = (image, severity, rng) => {
  const { amount, decay } = settingAt(fogs, severity);
  const clouds = plasmaFractal(decay, rng);
  const most = Math.max(...image);
  return image.map((value, k) => ((value + amount * clouds[Math.floor(k / 3)]!) * most) / (most + amount));
};

const gains = [0.05, 0.1, 0.15, 0.2, 0.3];

/** Value of HSV raised, hue and saturation kept: all three channels grow by the factor that the largest one grows by. */
export const brightness: Corruption = (image, severity) => {
  const gain = settingAt(gains, severity);
  return image.map((value, k) => {
    const first = k - (k % 3);
    const largest = Math.max(image[first]!, image[first + 1]!, image[first + 2]!);
    const raised = Math.min(1, largest + gain);
    return largest === 0 ? raised : (value * raised) / largest;
  });
};
