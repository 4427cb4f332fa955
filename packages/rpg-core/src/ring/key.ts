// Keys: seeds that nobody can guess, for models that are given away without their seed.
import type { Sampling } from './index-array.js';

declare const crypto: { getRandomValues(bytes: Uint8Array): Uint8Array };

const KEY_BYTES = 32;
/** Of hexadecimal digits: 128 bits. */
const FEWEST_DIGITS = 32;
/** Of the sixteen digits, so many are in all but one of ten million random keys of the shortest kind. */
const FEWEST_DIFFERENT = 8;

/** @returns 256 bits from the platform's generator for secrets, as 64 hexadecimal digits */
export function createKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Whether `text` looks like a random key of 128 bits or more: at least 32 hexadecimal digits, no pattern repeated. Words,
 * dates and numbers are none.
 */
export function isKey(text: string): boolean {
  return (
    text.length >= FEWEST_DIGITS &&
    /^[0-9a-f]+$/i.test(text) &&
    new Set(text).size >= FEWEST_DIFFERENT &&
    (text + text).indexOf(text, 1) === text.length
  );
}

/**
 * What a file holds in place of a ring's seed that is withheld.
 *
 * @throws RangeError for a seed that can be guessed
 */
export function withheld(ringName: string, seed: string): null {
  if (isKey(seed.split('/', 1)[0]!)) return null;
  throw new RangeError(
    `The ring '${ringName}' was drawn from a seed that can be guessed, so a file without it protects nothing. Train with a ` +
      'key in its place, createKey() makes one; what was trained with another seed cannot be withheld.',
  );
}

/**
 * Refuses to withhold a seed that decides nothing.
 *
 * @param rings how those whose indices were drawn were drawn
 */
export function requireDrawn(rings: readonly { readonly sampling: Sampling; readonly reflect: boolean }[]): void {
  if (rings.some(({ sampling, reflect }) => sampling !== 'sequential' || reflect)) return;
  throw new RangeError('No weight of this model is drawn from a seed, so that withholding it protects nothing.');
}
