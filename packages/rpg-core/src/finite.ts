// A check at the doors through which numbers leave or are judged: NaN passes every comparison in silence.

/**
 * @param what names the numbers in the error
 * @throws RangeError for numbers that are not finite
 */
export function requireFinite(what: string, values: Float32Array): void {
  const wrong = values.find((value) => !Number.isFinite(value));
  if (wrong === undefined) return;
  throw new RangeError(`${what} holds ${wrong}; the training that made it diverged.`);
}
