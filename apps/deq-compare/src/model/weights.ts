// Which weight source a config asks for: how the repetitions of the block share their convolutions.
import type { RingSizeSetting, Slot, WeightSourceConfig } from 'rpg-core';
import { type RingDrawSettings, ringOptionsOf } from 'training-kit';

/** `ring`: table 1's "Our RPG". `shared`: plain reuse. `independent`: each repetition its own. */
export const weightModes = ['ring', 'shared', 'independent'] as const;
export type WeightMode = (typeof weightModes)[number];

/** The part of a config that says where weights come from. */
export interface WeightSettings extends RingDrawSettings {
  readonly weights: WeightMode;
  /** N; default `blockSize`, the weights that the equilibrium model's block has. */
  readonly ringSize?: RingSizeSetting | null | undefined;
}

/**
 * The weight source of `repeatedBlock`'s networks. In every mode norms are each repetition's own, so that the modes
 * differ in the convolutions' weights and in nothing else. An equilibrium model has one block: its weights are
 * `independent`.
 */
export function weightSourceConfig(slots: readonly Slot[], settings: WeightSettings): WeightSourceConfig {
  const { weights } = settings;
  switch (weights) {
    case 'independent':
      return { kind: 'independent' };
    case 'shared':
      return { kind: 'shared', keyOf: nameInBlock };
    case 'ring':
      return {
        kind: 'ring',
        ringSize: settings.ringSize ?? blockSize(slots),
        ...ringOptionsOf(settings),
      };
    default:
      throw new RangeError(`Unknown weights ${JSON.stringify(weights satisfies never)}.`);
  }
}

/** Weights of one block's convolutions: 110 592 of the tiny one, 8 701 952 of the large one. */
export function blockSize(slots: readonly Slot[]): number {
  const sizes = new Map<string, number>();
  for (const slot of slots) if (slot.role === 'backbone') sizes.set(nameInBlock(slot), slot.size);
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}

/** `block2/branch0/conv1/kernel` -> `branch0/conv1/kernel`. */
function nameInBlock(slot: Slot): string {
  return slot.name.replace(/^block\d*\//, '');
}
