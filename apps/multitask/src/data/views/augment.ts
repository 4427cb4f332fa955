// Random views of a frame for training.
import type { Rng } from 'rpg-core/rng';
import type { View } from './view.js';

export interface Augmentation {
  /** Magnification, uniform from `min` to `max`; below 1 the frame does not fill the view. */
  readonly zoom: { readonly min: number; readonly max: number };
  /** Look anywhere in the frame that leaves the view within it; otherwise at its middle. */
  readonly shift: boolean;
  /** Degrees, uniform within ± this. */
  readonly rotation: number;
  /** Mirror half of the views. */
  readonly flip: boolean;
  /** Exponent of image values, uniform from `min` to `max`. */
  readonly gamma: { readonly min: number; readonly max: number };
}

export const augmentations = {
  none: { zoom: { min: 1, max: 1 }, shift: false, rotation: 0, flip: false, gamma: { min: 1, max: 1 } },
  /** SharpNet's kinds and ranges, but for the exponent's, which its paper does not give. */
  sharpnet: { zoom: { min: 0.5, max: 2 }, shift: true, rotation: 6, flip: true, gamma: { min: 0.8, max: 1.2 } },
  /** The same without views larger than the frame, for frames that are small already. */
  inside: { zoom: { min: 1, max: 1.5 }, shift: true, rotation: 6, flip: true, gamma: { min: 0.8, max: 1.2 } },
} as const satisfies Record<string, Augmentation>;
export type AugmentationName = keyof typeof augmentations;

/** Draws a view; always as many numbers, so that switching one kind off leaves the others as they are. */
export function drawView({ zoom, shift, rotation, flip, gamma }: Augmentation, rng: Rng): View {
  const reach = shift ? 1 : 0;
  return {
    zoom: between(zoom.min, zoom.max, rng),
    rotationRadians: (between(-rotation, rotation, rng) * Math.PI) / 180,
    isFlipped: rng.below(2) === 1 && flip,
    shiftX: between(-reach, reach, rng),
    shiftY: between(-reach, reach, rng),
    gamma: between(gamma.min, gamma.max, rng),
  };
}

/** @throws RangeError when a setting is out of range; called once per run, before the first view */
export function checkAugmentation({ zoom, rotation, gamma }: Augmentation): void {
  checkRange('zoom', zoom, 0.1, 10);
  checkRange('gamma', gamma, 0.1, 10);
  if (rotation >= 0 && rotation <= 180) return;
  throw new RangeError(`augmentation.rotation is ${rotation}, expected degrees from 0 to 180.`);
}

function checkRange(name: string, { min, max }: { min: number; max: number }, least: number, most: number): void {
  if (min >= least && min <= max && max <= most) return;
  throw new RangeError(
    `augmentation.${name} is from ${min} to ${max}, expected numbers from ${least} to ${most}, the smaller one first.`,
  );
}

function between(low: number, high: number, rng: Rng): number {
  return low + (high - low) * rng.uniform();
}
