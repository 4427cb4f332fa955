// What becomes of pixel values before a network sees them: (value − mean) / std, values scaled to 0..1.

/** Red, green, blue. */
export interface Normalization {
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
}

/** None, as the hourglass authors have it. */
export const unitRange: Normalization = { mean: [0, 0, 0], std: [1, 1, 1] };
