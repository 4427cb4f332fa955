// The 15 corruptions of D. Hendrycks and T. Dietterich, "Benchmarking neural network robustness to common corruptions and
// perturbations" (ICLR 2019), for images of 32 × 32: what CIFAR-10-C and CIFAR-100-C are made by, with the numbers of each
// severity from github.com/hendrycks/robustness (ImageNet-C/create_c/make_cifar_c.py, commit ca360085). Computed anew here:
// random choices, roundings and the frost are other ones than in the published files.
import type { Rng } from 'rpg-core';
import { defocusBlur, glassBlur, motionBlurred, zoomBlur } from './blur.js';
import { contrast, elastic, jpeg, pixelate } from './digital.js';
import { gaussianNoise, impulseNoise, shotNoise } from './noise.js';
import { type Corruption, fromBytes, type Severity, SIDE, toBytes } from './pixels.js';
import { brightness, fog, frost, snow } from './weather.js';

export { severities, type Severity } from './pixels.js';

const corruptions = {
  'gaussian-noise': gaussianNoise,
  'shot-noise': shotNoise,
  'impulse-noise': impulseNoise,
  'defocus-blur': defocusBlur,
  'glass-blur': glassBlur,
  'motion-blur': motionBlurred,
  'zoom-blur': zoomBlur,
  snow,
  frost,
  fog,
  brightness,
  contrast,
  elastic,
  pixelate,
  jpeg,
} satisfies Readonly<Record<string, Corruption>>;

export type CorruptionName = keyof typeof corruptions;

/** By family, as the paper groups them. */
export const corruptionFamilies = {
  noise: ['gaussian-noise', 'shot-noise', 'impulse-noise'],
  blur: ['defocus-blur', 'glass-blur', 'motion-blur', 'zoom-blur'],
  weather: ['snow', 'frost', 'fog', 'brightness'],
  digital: ['contrast', 'elastic', 'pixelate', 'jpeg'],
} as const satisfies Readonly<Record<string, readonly CorruptionName[]>>;

export const corruptionNames: readonly CorruptionName[] = Object.values(corruptionFamilies).flat();

/**
 * An image with a corruption; the same bytes and stream give the same result.
 *
 * @param bytes uint8 [32, 32, 3], left as they are
 * @param rng drawn from directly: give each image, corruption and severity a fork of its own
 * @returns uint8 [32, 32, 3]
 * @throws RangeError for images of another size, since the severities are set for this one
 */
export async function corruptImage(
  bytes: Uint8Array,
  { name, severity, rng }: { readonly name: CorruptionName; readonly severity: Severity; readonly rng: Rng },
): Promise<Uint8Array> {
  const expected = 3 * SIDE * SIDE;
  if (bytes.length !== expected) {
    throw new RangeError(
      `corruptImage: ${bytes.length} bytes, expected ${expected}: corruptions are set for images of 32 × 32 pixels.`,
    );
  }
  return toBytes(await corruptions[name](fromBytes(bytes), severity, rng));
}
