// How a config says that a ring is drawn, in the words of rpg-core.
import type { Sampling } from 'rpg-core';

/**
 * σ_W, the deviation with which a ring starts: the root mean square of what it feeds (`rms`), that of the official code
 * (`official`), or a number. Generated weights start alike; how far a step moves them depends on it (docs/method.md).
 */
export type RingStart = 'rms' | 'official' | number;

/** He's initialisation, by fan-out, of a 3×3 convolution of 512 channels: with which the official code starts any ring. */
const officialDeviation = Math.sqrt(2 / (512 * 9));

/** The part of a config that says how a ring is drawn; what is left out is as rpg-core has it. */
export interface RingDrawSettings {
  readonly sampling?: Sampling | undefined;
  readonly reflect?: boolean | undefined;
  readonly ringStart?: RingStart | undefined;
}

/** What a `WeightSourceConfig` of kind ring has besides the size. */
export interface RingOptions {
  readonly sampling?: Sampling;
  readonly reflect?: boolean;
  readonly ringStandardDeviation?: number;
}

export function ringOptionsOf({ sampling, reflect, ringStart = 'rms' }: RingDrawSettings): RingOptions {
  return {
    ...(sampling === undefined ? {} : { sampling }),
    ...(reflect === undefined ? {} : { reflect }),
    ...(ringStart === 'rms' ? {} : { ringStandardDeviation: ringStart === 'official' ? officialDeviation : ringStart }),
  };
}
