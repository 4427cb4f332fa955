// How hourglass networks start.
import { type Initializer, type Slot, uniformFanIn } from 'rpg-core';

/**
 * Lets kernels start as in the published hourglass code, which leaves Torch's default: uniform in ±1/√fanIn. With the
 * usual Kaiming start, by the number of outputs, the 16 heat maps would begin with values a hundred times the size of
 * their targets. Backbone slots, which a ring may feed, get a normal distribution of the same standard deviation,
 * whatever feeds them: a ring's elements are normal, and all weight modes are to start alike.
 *
 * @returns the same slots in the same order; convolution kernels with another initializer
 */
export function startAsTorch(slots: readonly Slot[]): readonly Slot[] {
  return slots.map((slot) => (slot.shape.length === 4 ? { ...slot, initializer: kernelInitializer(slot) } : slot));
}

/** @param slot of shape [height, width, inChannels, outChannels] */
function kernelInitializer({ shape, size, role }: Slot): Initializer {
  const fanIn = size / shape[3]!;
  return role === 'backbone' ? { kind: 'normal', standardDeviation: 1 / Math.sqrt(3 * fanIn) } : uniformFanIn(fanIn);
}
