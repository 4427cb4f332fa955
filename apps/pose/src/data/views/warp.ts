// Cuts a crop out of a decoded image in one pass: every output pixel asks the image where it comes from.
import type { DecodedImage } from 'training-kit/images';
import type { Affine } from './crop.js';
import type { Normalization } from './normalization.js';

/**
 * Writes a crop, sampled bilinearly, coloured and normalised. Beyond the image all is black before normalisation.
 *
 * @param toImage from crop pixels to pixels of the image at its full size
 * @param colorFactors of red, green, blue; a value above 1 after them becomes 1
 * @param out float32 [resolution, resolution, 3], every element is written
 */
export function writeCrop(
  image: DecodedImage,
  toImage: Affine,
  resolution: number,
  colorFactors: readonly [number, number, number],
  { mean, std }: Normalization,
  out: Float32Array,
): void {
  const { pixels, width, height } = image;
  const shrinkX = width / image.fullWidth;
  const shrinkY = height / image.fullHeight;
  const stepX = toImage.xx * shrinkX;
  const stepY = toImage.yx * shrinkY;
  let at = 0;
  for (let row = 0; row < resolution; row++) {
    // Whole numbers are pixels' middles: half a pixel on and off again when the size changes.
    const startX = (toImage.xy * row + toImage.x0 + 0.5) * shrinkX - 0.5;
    const startY = (toImage.yy * row + toImage.y0 + 0.5) * shrinkY - 0.5;
    for (let column = 0; column < resolution; column++, at += 3) {
      const x = startX + column * stepX;
      const y = startY + column * stepY;
      const left = Math.floor(x);
      const top = Math.floor(y);
      const rightShare = x - left;
      const lowerShare = y - top;
      const isWithin = left >= 0 && top >= 0 && left < width - 1 && top < height - 1;
      const from = 3 * (top * width + left);
      for (let channel = 0; channel < 3; channel++) {
        const k = from + channel;
        let value: number;
        if (isWithin) {
          const upper = pixels[k]! + rightShare * (pixels[k + 3]! - pixels[k]!);
          const below = k + 3 * width;
          const lower = pixels[below]! + rightShare * (pixels[below + 3]! - pixels[below]!);
          value = upper + lowerShare * (lower - upper);
        } else {
          value = sampleAtBorder(image, left, top, rightShare, lowerShare, channel);
        }
        const colored = Math.min(1, (value / 255) * colorFactors[channel]!);
        out[at + channel] = (colored - mean[channel]!) / std[channel]!;
      }
    }
  }
}

function sampleAtBorder(
  image: DecodedImage,
  left: number,
  top: number,
  rightShare: number,
  lowerShare: number,
  channel: number,
): number {
  const upper =
    (1 - rightShare) * valueAt(image, left, top, channel) + rightShare * valueAt(image, left + 1, top, channel);
  const lower =
    (1 - rightShare) * valueAt(image, left, top + 1, channel) + rightShare * valueAt(image, left + 1, top + 1, channel);
  return (1 - lowerShare) * upper + lowerShare * lower;
}

function valueAt({ pixels, width, height }: DecodedImage, x: number, y: number, channel: number): number {
  const isInside = x >= 0 && y >= 0 && x < width && y < height;
  return isInside ? pixels[3 * (y * width + x) + channel]! : 0;
}
