// Finds NaN and infinities in tensors: they mean that a network has diverged.
import type { SafetensorsTensor } from 'rpg-core';

/** A number that is none, and the name of what holds it. */
export interface NotFinite {
  readonly name: string;
  readonly value: number;
}

/** The first number among `tensors` that is NaN or infinite; undefined where all are finite. */
export function notFiniteIn(tensors: ReadonlyMap<string, SafetensorsTensor>): NotFinite | undefined {
  for (const [name, { dtype, data }] of tensors) {
    if (dtype !== 'F32') continue;
    const value = data.find((number) => !Number.isFinite(number));
    if (value !== undefined) return { name, value };
  }
  return undefined;
}

/** What is said of a run whose loss or weights are not finite, behind the number itself. */
export const DIVERGENCE_MEND = 'A lower learning rate or a longer warm-up usually helps.';
