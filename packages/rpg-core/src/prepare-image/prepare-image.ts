// An image as a trained network wants it, in Node and in browsers alike: what an export's manifest says, done to pixels.
import { centreView, type ImagePreparation, type ImageSize } from './image-view.js';
import { resample } from './resample.js';

/** (byte / 255 − mean) / std for red, green and blue. */
export interface ImageNormalization {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** An image upright by its EXIF orientation, transparent parts on white, colour profiles not applied. */
export interface RgbImage extends ImageSize {
  /** uint8 [height, width, 3] */
  readonly pixels: Uint8Array;
}

/** The metadata of a manifest that `preparation` becomes; the last three say what is the same for all. */
export function describePreparation({ shorterSide, size }: ImagePreparation): string {
  return JSON.stringify({ shorterSide, size, filter: 'triangle', orientation: 'exif', background: 'white' });
}

/**
 * Reads what `describePreparation` wrote.
 *
 * @returns undefined for the manifest of an older version, which does not say it
 * @throws TypeError for what is none
 */
export function parsePreparation(text: string | undefined): ImagePreparation | undefined {
  if (text === undefined) return undefined;
  const { shorterSide, size } = JSON.parse(text) as Partial<Record<string, unknown>>;
  if (!isSide(shorterSide) || !isSide(size) || size > shorterSide) {
    throw new TypeError(
      `The manifest's preparation is ${text}, expected {"shorterSide": 256, "size": 224} or the like.`,
    );
  }
  return { shorterSide, size };
}

/**
 * What the network is shown of an image, by the triangle filter that PIL calls bilinear.
 *
 * @returns float32 [size, size, 3], 0 to 255
 */
export function prepareImage(image: RgbImage, preparation: ImagePreparation): Float32Array {
  const prepared = new Float32Array(3 * preparation.size ** 2);
  resample(image, centreView(image, preparation), { gain: [1, 1, 1], offset: [0, 0, 0] }, prepared);
  return prepared;
}

/** The numbers that go into the network, from those that `prepareImage` gave. */
export function normalizeImage(prepared: Float32Array, { mean, std }: ImageNormalization): Float32Array {
  return prepared.map((value, i) => (value / 255 - mean[i % 3]!) / std[i % 3]!);
}

function isSide(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1;
}
