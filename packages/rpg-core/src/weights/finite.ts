// Refuses numbers that are not finite before they are saved or compared: NaN makes every comparison false, so that it would
// go unnoticed.

/**
 * @param what names the numbers in the error
 * @throws RangeError for numbers that are not finite
 */
export function requireFinite(what: string, values: Float32Array): void {
  check(values, (wrong) => `${what} holds ${wrong}; the training that made it diverged.`);
}

/**
 * Before saving: a model with a number that is none answers nothing, whichever of its weights it is.
 *
 * @throws RangeError naming the weights
 */
export function checkFinite(name: string, values: Float32Array): void {
  check(
    values,
    (wrong) => `The weights '${name}' hold ${wrong}: the training diverged before. There is no model to save.`,
  );
}

function check(values: Float32Array, textOf: (wrong: number) => string): void {
  const wrong = values.find((value) => !Number.isFinite(value));
  if (wrong !== undefined) throw new RangeError(textOf(wrong));
}
