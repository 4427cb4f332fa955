// The power law of section 5.2, accuracy = a · N^b: fitted as a line through logarithms.
/** A fitted law. */
export interface PowerLaw {
  /** b. */
  readonly exponent: number;
  /** a: the accuracy that the law gives for N = 1. */
  readonly factor: number;
  /** Half the width of the 95 % confidence interval of the exponent, if errors of log accuracy are normal and alike. */
  readonly halfWidth: number;
  /** R²: the share of the variance of log accuracy that the law explains. */
  readonly rSquared: number;
}

/** 97.5 % quantiles of Student's t for 1, 2, … degrees of freedom (R: qt(0.975, 1:10), rounded). */
const quantiles = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228] as const;

/**
 * Least squares of ln accuracy over ln N.
 *
 * @param points N above 0, accuracy above 0; 3 to 12 of them, at two sizes or more
 * @returns undefined for fewer or others
 */
export function fitPowerLaw(
  points: readonly { readonly size: number; readonly accuracy: number }[],
): PowerLaw | undefined {
  const quantile = quantiles[points.length - 3];
  if (quantile === undefined || points.some(({ size, accuracy }) => !(size > 0 && accuracy > 0))) return undefined;
  const xs = points.map(({ size }) => Math.log(size));
  const ys = points.map(({ accuracy }) => Math.log(accuracy));
  const [meanX, meanY] = [meanOf(xs), meanOf(ys)];
  const varianceX = sumOfProducts(xs, xs, meanX, meanX);
  if (varianceX === 0) return undefined;
  const exponent = sumOfProducts(xs, ys, meanX, meanY) / varianceX;
  const total = sumOfProducts(ys, ys, meanY, meanY);
  const missed = Math.max(0, total - exponent ** 2 * varianceX);
  return {
    exponent,
    factor: Math.exp(meanY - exponent * meanX),
    halfWidth: quantile * Math.sqrt(missed / (points.length - 2) / varianceX),
    rSquared: total === 0 ? 1 : 1 - missed / total,
  };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function sumOfProducts(a: readonly number[], b: readonly number[], meanA: number, meanB: number): number {
  return a.reduce((sum, value, i) => sum + (value - meanA) * (b[i]! - meanB), 0);
}
