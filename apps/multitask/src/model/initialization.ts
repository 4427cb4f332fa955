// How SharpNets start.
import type { Initializer, Slot } from 'rpg-core';

/** Metres: somewhere in the middle of a room. */
const START_DEPTH = 3;

/**
 * Kernels start as rpg-core's convolutions do, which is SharpNet's own start (Kaiming normal, fan-out); biases start at
 * 0 as there. Two starts are our own:
 *
 * - The depth's last norm has the mean 3 m and not 0, where SharpNet trusts in weights trained on other data.
 * - What leads from one sub-network to the next is 0: the stack starts as so many SharpNets side by side. Otherwise
 *   gradients that have come back through the whole of a later one (a hundred norms and ReLUs, each of which makes them
 *   larger) would drown the earlier one's own.
 *
 * @returns the same slots in the same order; some with another initializer
 */
export function startAsSharpNet(slots: readonly Slot[]): readonly Slot[] {
  return slots.map((slot) => {
    const value = constantOf(slot);
    return value === undefined ? slot : { ...slot, initializer: { kind: 'constant', value } satisfies Initializer };
  });
}

function constantOf({ name }: Slot): number | undefined {
  if (name.endsWith('/depth/up0/out/norm/beta')) return START_DEPTH;
  return name.endsWith('/bias') || name.includes('/merge/') ? 0 : undefined;
}
