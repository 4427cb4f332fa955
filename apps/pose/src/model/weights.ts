// Which weight source a config asks for: the three columns of table 4.
import type { RingSizeSetting, Slot, WeightSourceConfig } from 'rpg-core';
import { type RingDrawSettings, ringOptionsOf } from 'training-kit';

/** The modes of table 4: "Ours", "CPM", "No shared w.". */
export const weightModes = ['ring', 'shared', 'independent'] as const;
export type WeightMode = (typeof weightModes)[number];

/** The part of a config that says where weights come from. */
export interface WeightSettings extends RingDrawSettings {
  readonly weights: WeightMode;
  /** N; default `subNetworkSize`, which makes the ring as large as what shared weights have. */
  readonly ringSize?: RingSizeSetting | null | undefined;
}

/**
 * The weight source of a stacked hourglass.
 *
 * `shared` is the convolutional pose machine of the paper's comparison: all sub-networks use the same convolutions.
 * Biases and batch norms stay each sub-network's own in every mode, so that the modes differ in the convolutions'
 * weights and in nothing else (table 5 tells what sharing the norms as well would cost).
 */
export function weightSourceConfig(slots: readonly Slot[], settings: WeightSettings): WeightSourceConfig {
  const ringSize = settings.ringSize ?? subNetworkSize(slots);
  switch (settings.weights) {
    case 'independent':
      return { kind: 'independent' };
    case 'shared':
      return { kind: 'shared', keyOf: nameInSubNetwork };
    case 'ring':
      return {
        kind: 'ring',
        ringSize,
        ...ringOptionsOf(settings),
      };
    default:
      throw new RangeError(`Unknown weights ${JSON.stringify(settings.weights satisfies never)}.`);
  }
}

/**
 * Generated weights of one sub-network: its convolutions and, where there is a next one, its merge. 3 051 520 for one
 * full-size sub-network, 3 121 152 for more.
 */
export function subNetworkSize(slots: readonly Slot[]): number {
  const sizes = new Map<string, number>();
  for (const slot of slots) if (slot.role === 'backbone') sizes.set(nameInSubNetwork(slot), slot.size);
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}

/** `stack2/heat-maps/kernel` -> `heat-maps/kernel`. */
function nameInSubNetwork(slot: Slot): string {
  return slot.name.replace(/^stack\d+\//, '');
}
