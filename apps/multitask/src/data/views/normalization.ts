// What becomes of pixel values before a network sees them: (value / 255 − mean) / std, and the way back.

/** Red, green, blue. */
export interface Normalization {
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
}

/** ImageNet's statistics, which SharpNet uses for indoor frames. */
export const imageNetNormalization: Normalization = {
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
};

/**
 * The images of a batch as 8-bit pixels, for reports.
 *
 * @param images float32 [..., 3], normalised by `normalization`
 * @returns uint8 [..., 3], red, green, blue
 */
export function toRgbBytes(images: Float32Array, { mean, std }: Normalization): Uint8Array {
  return Uint8Array.from(images, (value, i) => {
    const level = Math.round(255 * (value * std[i % 3]! + mean[i % 3]!));
    return Math.min(255, Math.max(0, level));
  });
}
