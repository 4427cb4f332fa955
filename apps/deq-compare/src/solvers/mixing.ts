// The small least-squares problem of Anderson's method.

/**
 * Weights α, Σα = 1, that make ‖Σ αᵢ·gᵢ‖² + ridge·‖α‖² least: α ∝ (H + ridge·I)⁻¹·1 with H = ⟨gᵢ, gⱼ⟩, by Cholesky's
 * factors.
 *
 * @param product ⟨gᵢ, gⱼ⟩, symmetric
 * @returns undefined where the matrix is singular to working precision
 */
export function mixingWeights(
  numVectors: number,
  product: (i: number, j: number) => number,
  ridge: number,
): Float64Array | undefined {
  const lower = Array.from({ length: numVectors }, () => new Float64Array(numVectors));
  for (let i = 0; i < numVectors; i++) {
    for (let j = 0; j <= i; j++) {
      let entry = product(i, j) + (i === j ? ridge : 0);
      const scale = entry;
      for (let k = 0; k < j; k++) entry -= lower[i]![k]! * lower[j]![k]!;
      if (i === j) {
        if (!(entry > SMALLEST_PIVOT * scale)) return undefined;
        lower[i]![i] = Math.sqrt(entry);
      } else {
        lower[i]![j] = entry / lower[j]![j]!;
      }
    }
  }
  const solution = new Float64Array(numVectors).fill(1);
  for (let i = 0; i < numVectors; i++) {
    for (let k = 0; k < i; k++) solution[i]! -= lower[i]![k]! * solution[k]!;
    solution[i]! /= lower[i]![i]!;
  }
  for (let i = numVectors - 1; i >= 0; i--) {
    for (let k = i + 1; k < numVectors; k++) solution[i]! -= lower[k]![i]! * solution[k]!;
    solution[i]! /= lower[i]![i]!;
  }
  const sum = solution.reduce((total, value) => total + value, 0);
  return Number.isFinite(sum) && sum > 0 ? solution.map((value) => value / sum) : undefined;
}

/** Inner products are float32: below this share of its diagonal entry a pivot is rounding. */
const SMALLEST_PIVOT = 1e-7;
