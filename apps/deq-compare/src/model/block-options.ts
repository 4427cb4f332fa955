// The sizes of table 1's networks: those of the public MDEQ code, of which the paper compares the small one.

/** What both sides of the comparison have in common: stem, block and head. */
export interface BackboneOptions {
  /** Of each scale's map, multiples of 8. */
  readonly channels: readonly number[];
  /** Inner width of each scale's bottleneck in the head. */
  readonly headChannels: readonly number[];
  /** Width in front of the classifier. */
  readonly finalChannels: number;
  /** Convolutions of the stem with stride 2: 0 (the default, as published for CIFAR), 1 or 2. */
  readonly numHalvings?: number;
  /** Share of a block's channels that are left out in training, in [0, 1). */
  readonly dropoutRate: number;
}

/** The published sizes by name: `tiny` has two scales, `large` four. */
export const backboneSizes = {
  tiny: { channels: [24, 24], headChannels: [8, 16], finalChannels: 200, dropoutRate: 0.25 },
  large: { channels: [32, 64, 128, 256], headChannels: [14, 28, 56, 112], finalChannels: 1680, dropoutRate: 0.3 },
} as const satisfies Record<string, BackboneOptions>;

/** @throws RangeError for sizes that give no network */
export function checkBackbone(options: BackboneOptions): void {
  const { channels, headChannels, finalChannels, dropoutRate, numHalvings = 0 } = options;
  if (channels.length === 0 || channels.some((width) => !Number.isInteger(width) || width < 8 || width % 8 !== 0)) {
    throw new RangeError(`channels is [${channels.join(', ')}], expected one or more positive multiples of 8.`);
  }
  if (headChannels.length !== channels.length) {
    throw new RangeError(
      `headChannels has ${headChannels.length} entries, expected one a branch: ${channels.length}, as channels has.`,
    );
  }
  const widths = [...headChannels, finalChannels];
  if (widths.some((width) => !Number.isInteger(width) || width < 1)) {
    throw new RangeError(`headChannels and finalChannels are ${widths.join(', ')}, expected integers of 1 or more.`);
  }
  if (![0, 1, 2].includes(numHalvings)) {
    throw new RangeError(`numHalvings is ${numHalvings}, expected 0, 1 or 2.`);
  }
  if (!(dropoutRate >= 0 && dropoutRate < 1)) {
    throw new RangeError(`dropoutRate is ${dropoutRate}, expected a number of 0 or more and below 1.`);
  }
}
