// From the size that users write to the number of elements of each ring.

/** What users write for N: up to 1 a share of M, above it a number of elements. Inside, a `ringSize` is that number. */
export type RingSizeSetting = number;

/**
 * Divides N among rings in proportion to what they feed (the paper leaves the sizes of local rings to the user). The
 * sizes add up to N: each ring ends at its rounded share of the running total.
 *
 * @param setting N of all rings together
 * @param numGenerated how many weights each ring feeds, by its name
 * @throws RangeError for a size below one element a ring or above M
 */
export function splitRingSize(
  setting: RingSizeSetting,
  numGenerated: ReadonlyMap<string, number>,
): Map<string, number> {
  const all = [...numGenerated.values()].reduce((sum, size) => sum + size, 0);
  const total = setting <= 1 ? Math.round(setting * all) : setting;
  if (!Number.isInteger(total) || total < numGenerated.size || total > all) {
    const share = setting > 0 && setting <= 1 ? `, a share that comes to ${total} of ${all} elements` : '';
    throw new RangeError(
      `Ring size is ${setting}${share}, expected a share above 0 and up to 1, which is all, or a whole number of ` +
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
