// Images as the corruptions compute with them.
import type { Rng } from 'rpg-core';

/** Side of the images that the severities are set for, in pixels. */
export const SIDE = 32;

/** [SIDE, SIDE, channels] in row order, channels last; of images 0 (black) to 1, of fields any number. */
export type Pixels = Float64Array;

export const severities = [1, 2, 3, 4, 5] as const;
export type Severity = (typeof severities)[number];

/** An image as one corruption leaves it; values outside 0 to 1 are clipped later. The argument is left as it is. */
export type Corruption = (image: Pixels, severity: Severity, rng: Rng) => Pixels | Promise<Pixels>;

/** What a corruption is set to at a severity. */
export function settingAt<Setting>(settings: readonly Setting[], severity: Severity): Setting {
  return settings[severity - 1]!;
}

/** @param bytes uint8 [SIDE, SIDE, 3] */
export function fromBytes(bytes: Uint8Array): Pixels {
  const image = new Float64Array(bytes.length); // loops: `from` with a function takes ten times as long
  for (let k = 0; k < bytes.length; k++) image[k] = bytes[k]! / 255;
  return image;
}

/** Clipped and rounded. Differs from the published sets, which cut fractions off: half a grey level. */
export function toBytes(image: Pixels): Uint8Array {
  const bytes = new Uint8Array(image.length);
  for (let k = 0; k < image.length; k++) bytes[k] = Math.round(255 * clipped(image[k]!));
  return bytes;
}

export function clipped(value: number): number {
  return Math.min(1, Math.max(0, value));
}

/** A field of one number a pixel, each asked for in row order. */
export function fieldOf(draw: () => number): Pixels {
  const field = new Float64Array(SIDE * SIDE);
  for (let k = 0; k < field.length; k++) field[k] = draw();
  return field;
}
