// How large each ring is when a model has several.

/**
 * Divides N among rings in proportion to what they feed (the paper leaves the sizes of local rings to the user). The
 * sizes add up to N: each ring ends at its rounded share of the running total.
 *
 * @param ringSize N of all rings together; below or equal to 1 a share of M, above it a number of elements
 * @param numGenerated how many weights each ring feeds, by its name
 * @throws RangeError for a size below one element a ring or above M
 */
export function splitRingSize(ringSize: number, numGenerated: ReadonlyMap<string, number>): Map<string, number> {
  const all = [...numGenerated.values()].reduce((sum, size) => sum + size, 0);
  const total = ringSize <= 1 ? Math.round(ringSize * all) : ringSize;
  if (!Number.isInteger(total) || total < numGenerated.size || total > all) {
    const share = ringSize > 0 && ringSize <= 1 ? `, a share that comes to ${total} of ${all} elements` : '';
    throw new RangeError(
      `Ring size is ${ringSize}${share}, expected a share above 0 and up to 1, which is all, or a whole number of ` +
        `elements from ${Math.max(2, numGenerated.size)}${numGenerated.size > 1 ? ' (one a ring)' : ''} to ${all} ` +
        '(all weights of the backbone: |W| ≤ Σ|K_i|).',
    );
  }
  const sizes = new Map<string, number>();
  let fed = 0;
  let given = 0;
  [...numGenerated].forEach(([name, size], position) => {
    fed += size;
    const left = numGenerated.size - position - 1;
    const end = Math.min(total - left, Math.max(given + 1, Math.round((total * fed) / all)));
    sizes.set(name, end - given);
    given = end;
  });
  return sizes;
}
