// How SharpNets start.
import type { Initializer, Slot } from 'rpg-core';

/** Metres: somewhere in the middle of a room. */
const startDepth = 3;

/**
 * Kernels start as rpg-core's convolutions do, which is SharpNet's own start (Kaiming normal, fan-out); biases start at
 * 0 as there.
 *
 * Differs from SharpNet: the depth's last norm starts with the mean 3 m and not with 0. Its ReLU would otherwise cut
 * off half of the pixels, which then have no gradient, and the logarithm of the others would be steep; the published
 * network starts from weights trained on other data.
 *
 * @returns the same slots in the same order; biases and that norm with another initializer
 */
export function startAsSharpNet(slots: readonly Slot[]): readonly Slot[] {
  return slots.map((slot) => {
    const value = constantOf(slot);
    return value === undefined ? slot : { ...slot, initializer: { kind: 'constant', value } satisfies Initializer };
  });
}

function constantOf({ name }: Slot): number | undefined {
  if (name.endsWith('/depth/up0/out/norm/beta')) return startDepth;
  return name.endsWith('/bias') ? 0 : undefined;
}
