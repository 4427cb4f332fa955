// Random views of a person for training: size, angle, mirror and colour, as the reference recipes draw them.
import type { Rng } from 'rpg-core';
import type { CropView } from './crop.js';

export interface Augmentation {
  readonly scale:
    | { readonly kind: 'none' }
    /** Box times 1 + std · normal, kept within 1 ± limit. */
    | { readonly kind: 'normal'; readonly std: number; readonly limit: number }
    /** Box times 2 to the std · normal, the exponent kept within ± limit. */
    | { readonly kind: 'exponential'; readonly std: number; readonly limit: number }
    /** Box times a uniform factor in 1 ± limit. */
    | { readonly kind: 'uniform'; readonly limit: number };
  readonly rotation:
    | { readonly kind: 'none' }
    /** With `probability`, std · normal degrees, kept within ± limit; otherwise upright. */
    | { readonly kind: 'normal'; readonly std: number; readonly limit: number; readonly probability: number }
    | { readonly kind: 'uniform'; readonly limit: number };
  /** Mirror half of the views. */
  readonly flip: boolean;
  /** Each channel times a uniform factor in 1 ± colorJitter, then cut to 0..1. */
  readonly colorJitter: number;
}

export const augmentations = {
  none: { scale: { kind: 'none' }, rotation: { kind: 'none' }, flip: false, colorJitter: 0 },
  /** The hourglass authors' first code. */
  hourglass: {
    scale: { kind: 'exponential', std: 0.25, limit: 0.5 },
    rotation: { kind: 'normal', std: 30, limit: 60, probability: 0.4 },
    flip: true,
    colorJitter: 0.4,
  },
  /** Their later code; of its colour changes the channel factors stand for all. */
  princeton: {
    scale: { kind: 'uniform', limit: 0.25 },
    rotation: { kind: 'uniform', limit: 30 },
    flip: true,
    colorJitter: 0.2,
  },
  'pytorch-pose': {
    scale: { kind: 'normal', std: 0.25, limit: 0.25 },
    rotation: { kind: 'normal', std: 30, limit: 60, probability: 0.6 },
    flip: true,
    colorJitter: 0.2,
  },
} as const satisfies Record<string, Augmentation>;
export type AugmentationName = keyof typeof augmentations;

/** A drawn view: where to look, and in which colours. */
export interface DrawnView extends CropView {
  /** Factors of red, green and blue. */
  readonly colorFactors: readonly [number, number, number];
}

/** Draws a view; what is switched off draws nothing from `rng`. */
export function drawView({ scale, rotation, flip, colorJitter }: Augmentation, rng: Rng): DrawnView {
  return {
    zoomOut: drawZoom(scale, rng),
    rotationRadians: (drawDegrees(rotation, rng) * Math.PI) / 180,
    isFlipped: flip && rng.below(2) === 1,
    colorFactors:
      colorJitter === 0
        ? [1, 1, 1]
        : [drawAround(1, colorJitter, rng), drawAround(1, colorJitter, rng), drawAround(1, colorJitter, rng)],
  };
}

/** @throws RangeError when a setting is out of range; called once per run, before the first view */
export function checkAugmentation({ scale, rotation, colorJitter }: Augmentation): void {
  check('colorJitter', colorJitter, 1);
  if (scale.kind !== 'none') check('scale.limit', scale.limit, scale.kind === 'exponential' ? 4 : 0.9);
  if (scale.kind === 'normal' || scale.kind === 'exponential') check('scale.std', scale.std, 4);
  if (rotation.kind !== 'none') check('rotation.limit', rotation.limit, 180);
  if (rotation.kind === 'normal') {
    check('rotation.std', rotation.std, 180);
    check('rotation.probability', rotation.probability, 1);
  }
}

function check(name: string, value: number, most: number): void {
  if (value >= 0 && value <= most) return;
  throw new RangeError(`augmentation.${name} is ${value}, expected a number from 0 to ${most}.`);
}

function drawZoom(scale: Augmentation['scale'], rng: Rng): number {
  switch (scale.kind) {
    case 'none':
      return 1;
    case 'normal':
      return 1 + within(scale.std * rng.normal(), scale.limit);
    case 'exponential':
      return 2 ** within(scale.std * rng.normal(), scale.limit);
    case 'uniform':
      return drawAround(1, scale.limit, rng);
    default:
      return scale satisfies never;
  }
}

function drawDegrees(rotation: Augmentation['rotation'], rng: Rng): number {
  switch (rotation.kind) {
    case 'none':
      return 0;
    case 'normal':
      return rng.uniform() < rotation.probability ? within(rotation.std * rng.normal(), rotation.limit) : 0;
    case 'uniform':
      return drawAround(0, rotation.limit, rng);
    default:
      return rotation satisfies never;
  }
}

function within(value: number, limit: number): number {
  return Math.min(limit, Math.max(-limit, value));
}

function drawAround(middle: number, spread: number, rng: Rng): number {
  return middle + spread * (2 * rng.uniform() - 1);
}
