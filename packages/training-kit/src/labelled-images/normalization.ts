// Bytes to the numbers a network sees: (x / 255 − mean) / std per channel, looked up in a table of all 256 values.

/** Channel statistics of the training images, scaled to 0..1; red, green, blue. */
export interface Normalization {
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
}

/** As the MDEQ authors' CIFAR-10 training has it. */
export const cifar10Normalization: Normalization = {
  mean: [0.4914, 0.4822, 0.4465],
  std: [0.2023, 0.1994, 0.201],
};

/** As the CIFAR-100 recipe has it that the paper's learning rates and milestones agree with. */
export const cifar100Normalization: Normalization = {
  mean: [0.5070751592, 0.4865488733, 0.4409178434],
  std: [0.2673342859, 0.2564384629, 0.2761504713],
};

/** As every ImageNet recipe has it. */
export const imagenetNormalization: Normalization = {
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
};

/**
 * @returns float32 [256, 3]: entry `3 * byte + channel` is that byte after normalisation
 * @throws RangeError when a std is not above 0
 */
export function normalizationTable({ mean, std }: Normalization): Float32Array {
  if (!std.every((value) => value > 0 && Number.isFinite(value))) {
    throw new RangeError(`normalization.std is [${std.join(', ')}], expected three numbers above 0.`);
  }
  const table = new Float32Array(256 * 3);
  for (let byte = 0; byte < 256; byte++) {
    for (let channel = 0; channel < 3; channel++) {
      table[3 * byte + channel] = (byte / 255 - mean[channel]!) / std[channel]!;
    }
  }
  return table;
}
