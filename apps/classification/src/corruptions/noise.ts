// Noise: of a sensor (Gaussian), of few photons (shot), of broken bits (impulse).
import { drawCount, poissonCumulated } from './arithmetic/poisson.js';
import { type Corruption, settingAt } from './pixels.js';

const deviations = [0.04, 0.06, 0.08, 0.09, 0.1];

export const gaussianNoise: Corruption = (image, severity, rng) => {
  const deviation = settingAt(deviations, severity);
  return image.map((value) => value + deviation * rng.normal());
};

const photonsOfWhite = [500, 250, 100, 75, 50];

export const shotNoise: Corruption = (image, severity, rng) => {
  const photons = settingAt(photonsOfWhite, severity);
  const tables = new Map<number, Float64Array>(); // an image has 256 values at most
  return image.map((value) => {
    const table = tables.get(value) ?? poissonCumulated(photons * value);
    tables.set(value, table);
    return drawCount(table, rng) / photons;
  });
};

const sharesReplaced = [0.01, 0.02, 0.03, 0.05, 0.07];

/** Of red, green and blue each for itself, to 0 or to 1. */
export const impulseNoise: Corruption = (image, severity, rng) => {
  const share = settingAt(sharesReplaced, severity);
  return image.map((value) => {
    if (rng.uniform() >= share) return value;
    return rng.below(2);
  });
};
