// Training-time views of an image: random crop of the padded image, mirror, rotation, cutout; then normalisation. What
// is random is drawn first (`drawView`) and the pixels are written in one pass (`writeView`), from bytes straight to
// the float32 batch.
import type { Rng } from 'rpg-core';
import type { ImageShape } from './split.js';

export interface Augmentation {
  /** Zero bytes put around the image before the crop, on each side; 0 for no random crop. */
  readonly cropPaddingPx: number;
  /** Mirror left to right in half of the cases. */
  readonly flip: boolean;
  /** Rotation by a uniform angle in ±rotationDegrees about the centre (nearest pixel, zero bytes outside). */
  readonly rotationDegrees: number;
  /** Side of a square set to the training mean at a uniform place; it may stick out at the border. 0 for none. */
  readonly cutoutPx: number;
}

/** Crop with padding 4 and mirror: what every CIFAR recipe of the paper's time has. */
export const standardAugmentation: Augmentation = { cropPaddingPx: 4, flip: true, rotationDegrees: 0, cutoutPx: 0 };

export const noAugmentation: Augmentation = { cropPaddingPx: 0, flip: false, rotationDegrees: 0, cutoutPx: 0 };

/** One drawn way to look at an image. */
export interface View {
  /** Where the crop starts in the unpadded image: −cropPaddingPx … cropPaddingPx. */
  readonly left: number;
  readonly top: number;
  readonly isFlipped: boolean;
  /** Anticlockwise on the screen. */
  readonly rotationRadians: number;
  /** The square of the result, [left, right) × [top, bottom), that is cut out; empty when left equals right. */
  readonly cutout: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };
}

const noCutout = { left: 0, right: 0, top: 0, bottom: 0 };

/** The image as it is. */
export const plainView: View = { left: 0, top: 0, isFlipped: false, rotationRadians: 0, cutout: noCutout };

/** @throws RangeError when a setting is out of range; called once per run, before the first view */
export function checkAugmentation({ cropPaddingPx, rotationDegrees, cutoutPx }: Augmentation): void {
  for (const [name, value] of Object.entries({ cropPaddingPx, cutoutPx })) {
    if (!Number.isInteger(value) || value < 0) {
      throw new RangeError(`augmentation.${name} is ${value}, expected an integer from 0.`);
    }
  }
  if (!(rotationDegrees >= 0 && rotationDegrees <= 180)) {
    throw new RangeError(`augmentation.rotationDegrees is ${rotationDegrees}, expected a number from 0 to 180.`);
  }
}

/** Draws a view; what is switched off draws nothing from `rng`. */
export function drawView(augmentation: Augmentation, [height, width]: ImageShape, rng: Rng): View {
  const { cropPaddingPx, flip, rotationDegrees, cutoutPx } = augmentation;
  const left = cropPaddingPx === 0 ? 0 : rng.below(2 * cropPaddingPx + 1) - cropPaddingPx;
  const top = cropPaddingPx === 0 ? 0 : rng.below(2 * cropPaddingPx + 1) - cropPaddingPx;
  const isFlipped = flip && rng.below(2) === 1;
  const rotationRadians = rotationDegrees === 0 ? 0 : ((2 * rng.uniform() - 1) * rotationDegrees * Math.PI) / 180;
  return { left, top, isFlipped, rotationRadians, cutout: drawCutout(cutoutPx, height, width, rng) };
}

function drawCutout(cutoutPx: number, height: number, width: number, rng: Rng): View['cutout'] {
  if (cutoutPx === 0) return noCutout;
  const left = rng.below(width) - Math.floor(cutoutPx / 2);
  const top = rng.below(height) - Math.floor(cutoutPx / 2);
  return {
    left: Math.max(0, left),
    right: Math.min(width, left + cutoutPx),
    top: Math.max(0, top),
    bottom: Math.min(height, top + cutoutPx),
  };
}

/**
 * Writes one image as `view` shows it, normalised.
 *
 * Order, undone from the result back to the source: crop, mirror, rotation, normalisation, cutout. Padding and what a
 * rotation brings in are zero bytes before normalisation, as in the PyTorch recipes; the cutout is zero after it.
 *
 * @param image uint8 [height, width, 3]
 * @param table from `normalizationTable`
 * @param out float32 [height, width, 3], every element is written
 */
export function writeView(
  image: Uint8Array,
  imageShape: ImageShape,
  view: View,
  table: Float32Array,
  out: Float32Array,
): void {
  if (view.rotationRadians === 0) writeUpright(image, imageShape, view, table, out);
  else writeRotated(image, imageShape, view, table, out);
  eraseCutout(imageShape, view, out);
}

function writeUpright(
  image: Uint8Array,
  [height, width]: ImageShape,
  view: View,
  table: Float32Array,
  out: Float32Array,
): void {
  const stride = view.isFlipped ? -1 : 1;
  const firstColumn = view.isFlipped ? width - 1 + view.left : view.left;
  let to = 0;
  for (let row = 0; row < height; row++) {
    const sourceRow = row + view.top;
    const isRowInside = sourceRow >= 0 && sourceRow < height;
    let sourceColumn = firstColumn;
    for (let column = 0; column < width; column++, to += 3, sourceColumn += stride) {
      if (isRowInside && sourceColumn >= 0 && sourceColumn < width) {
        const from = 3 * (sourceRow * width + sourceColumn);
        out[to] = table[3 * image[from]!]!;
        out[to + 1] = table[3 * image[from + 1]! + 1]!;
        out[to + 2] = table[3 * image[from + 2]! + 2]!;
      } else {
        out[to] = table[0]!;
        out[to + 1] = table[1]!;
        out[to + 2] = table[2]!;
      }
    }
  }
}

function writeRotated(
  image: Uint8Array,
  [height, width]: ImageShape,
  view: View,
  table: Float32Array,
  out: Float32Array,
): void {
  const cos = Math.cos(view.rotationRadians);
  const sin = Math.sin(view.rotationRadians);
  const centerX = (width - 1) / 2;
  const centerY = (height - 1) / 2;
  let to = 0;
  for (let row = 0; row < height; row++) {
    const y = row - centerY;
    for (let column = 0; column < width; column++, to += 3) {
      const x = column - centerX;
      const cropColumn = Math.round(centerX + cos * x - sin * y);
      const cropRow = Math.round(centerY + sin * x + cos * y);
      let from = -1;
      // The rotation sees the crop alone: what lies beyond its edge is zero even where the image went on.
      if (cropColumn >= 0 && cropColumn < width && cropRow >= 0 && cropRow < height) {
        const sourceColumn = (view.isFlipped ? width - 1 - cropColumn : cropColumn) + view.left;
        const sourceRow = cropRow + view.top;
        const isInside = sourceColumn >= 0 && sourceColumn < width && sourceRow >= 0 && sourceRow < height;
        if (isInside) from = 3 * (sourceRow * width + sourceColumn);
      }
      for (let channel = 0; channel < 3; channel++) {
        out[to + channel] = table[from === -1 ? channel : 3 * image[from + channel]! + channel]!;
      }
    }
  }
}

function eraseCutout([, width]: ImageShape, { cutout }: View, out: Float32Array): void {
  if (cutout.left >= cutout.right) return;
  for (let row = cutout.top; row < cutout.bottom; row++) {
    out.fill(0, 3 * (row * width + cutout.left), 3 * (row * width + cutout.right));
  }
}
