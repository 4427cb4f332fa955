// How equilibrium models start.
import type { Initializer, Slot } from 'rpg-core';

/** Deviation of kernels and biases at the start. */
export const startDeviation = 0.01;

const start: Initializer = { kind: 'normal', standardDeviation: startDeviation };

/**
 * Lets convolutions start as in the public MDEQ code: kernels and biases normal with deviation 0.01, small enough that
 * the block is a contraction at first. The classifier starts as rpg-core's dense layers do, which is its start there.
 *
 * @returns the same slots in the same order
 */
export function startAsMdeq(slots: readonly Slot[]): readonly Slot[] {
  return slots.map((slot) => {
    const isOfConv = slot.shape.length === 4 || (slot.name.endsWith('/bias') && !slot.name.includes('/dense/'));
    return isOfConv ? { ...slot, initializer: start } : slot;
  });
}
