// How equilibrium models start.
import type { Initializer, Slot } from 'rpg-core';

/** Deviation of kernels and biases at the start. */
export const START_DEVIATION = 0.01;

const start: Initializer = { kind: 'normal', standardDeviation: START_DEVIATION };

/**
 * Lets convolutions start as in the public MDEQ code: kernels and biases normal with deviation 0.01. The classifier starts
 * as rpg-core's dense layers do, which is its start there.
 *
 * The norms behind the convolutions undo most of what is small about the kernels: a fresh block is no contraction, and
 * searches come close to its fixed point only after some training, which is what the unrolled steps are for.
 *
 * @returns the same slots in the same order
 */
export function startAsMdeq(slots: readonly Slot[]): readonly Slot[] {
  return slots.map((slot) => {
    const isOfConv = slot.shape.length === 4 || (slot.name.endsWith('/bias') && !slot.name.includes('/dense/'));
    return isOfConv ? { ...slot, initializer: start } : slot;
  });
}
