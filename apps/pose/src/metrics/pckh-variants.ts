// The three definitions of PCKh in circulation. A number is only comparable with one of the same variant, so each is
// reported by name.

/** A: pytorch-pose. B: HRNet. C: princeton-vl's pytorch_stacked_hourglass. */
export const pckhVariants = ['A', 'B', 'C'] as const;
export type PckhVariant = (typeof pckhVariants)[number];

/** What sets a variant apart; `pckh.ts` applies it. */
export interface PckhRule {
  readonly name: string;
  /** Whether an error of exactly the threshold is a hit. */
  readonly countsTies: boolean;
  /** How joints make the mean: the mean of their rates, or all their hits over all their number. */
  readonly mean: 'of-rates' | 'pooled';
  /** The same for the left and the right joint of a row of the table. */
  readonly sides: 'of-rates' | 'pooled';
  /** Whether pelvis and thorax, which follow from other joints, are part of the mean. */
  readonly hasTorsoInMean: boolean;
}

export const pckhRules: Readonly<Record<PckhVariant, PckhRule>> = {
  A: { name: 'pytorch-pose', countsTies: false, mean: 'of-rates', sides: 'of-rates', hasTorsoInMean: false },
  B: { name: 'HRNet', countsTies: true, mean: 'pooled', sides: 'of-rates', hasTorsoInMean: false },
  C: { name: 'princeton', countsTies: false, mean: 'pooled', sides: 'pooled', hasTorsoInMean: true },
};
