// Checks what a caller gives as a seed. Imports nothing, so that random streams load without tfjs.

/**
 * @param caller stands before the message, `createRng: ` for instance
 * @returns the seed as text
 * @throws TypeError unless `seed` is a text with at least one character or a finite number
 */
export function checkSeed(seed: unknown, caller = ''): string {
  if ((typeof seed === 'string' && seed !== '') || (typeof seed === 'number' && Number.isFinite(seed))) {
    return String(seed);
  }
  const shown = seed === '' ? 'an empty text' : typeof seed === 'object' && seed !== null ? 'an object' : String(seed);
  throw new TypeError(`${caller}seed is ${shown}, expected a non-empty text or a finite number.`);
}
