// Which weight source a config asks for: the rows of table 5, and which block draws from which ring.
import type { RingSizeSetting, Slot, WeightSourceConfig } from 'rpg-core';
import { type RingDrawSettings, ringOptionsOf } from 'training-kit';
import type { NormSharing } from './model.js';

/** Where a sub-network's weights come from; see `table5Rows`. */
export const weightModes = ['independent', 'shared-with-norms', 'shared', 'ring'] as const;
export type WeightMode = (typeof weightModes)[number];

/** A row of table 5. */
export interface Table5Row {
  /** As printed. */
  readonly label: string;
  readonly weights: WeightMode;
  readonly numStacks: number;
  /** Errors as printed, in percent; the paper does not say of what. */
  readonly depthRmsePercent: number;
  readonly normalRmsePercent: number;
}

/**
 * Table 5. Its models have the same number of parameters, so the first row is one SharpNet ("one-time inference without
 * recurrence", section 5.4); the others stack several, "multiple" by the text, of whose number it says no more: two
 * here.
 */
export const table5Rows: readonly Table5Row[] = [
  {
    label: 'No reusing the sub-net',
    weights: 'independent',
    numStacks: 1,
    depthRmsePercent: 25.5,
    normalRmsePercent: 41.0,
  },
  {
    label: 'Reuse sub-net',
    weights: 'shared-with-norms',
    numStacks: 2,
    depthRmsePercent: 24.7,
    normalRmsePercent: 40.3,
  },
  { label: 'Reuse & new BN', weights: 'shared', numStacks: 2, depthRmsePercent: 24.0, normalRmsePercent: 39.4 },
  {
    label: 'Reuse & new BN & perm. and reflect.',
    weights: 'ring',
    numStacks: 2,
    depthRmsePercent: 22.8,
    normalRmsePercent: 39.1,
  },
];

/** The part of a config that says where weights come from. */
export interface WeightSettings extends RingDrawSettings {
  readonly weights: WeightMode;
  /** N of all rings together; default `subNetworkSize`, which makes them as large as what shared weights have. */
  readonly ringSize?: RingSizeSetting | null | undefined;
}

/** What the model is to be built with (`StackedSharpNetOptions.norms`) before its slots go to `weightSourceConfig`. */
export function normSharingOf(mode: WeightMode): NormSharing {
  return mode === 'shared-with-norms' ? 'shared' : 'own';
}

/**
 * The weight source of stacked SharpNets.
 *
 * - `independent`: every sub-network its own weights.
 * - `shared-with-norms`: the model was built with `norms: 'shared'` and is one sub-network used several times, whose
 *   weights are independent of each other.
 * - `shared`: the same convolutions in all sub-networks; biases, norms and moving averages are each one's own.
 * - `ring`: as `shared`, but every building block has a ring, from which the corresponding blocks of all sub-networks
 *   draw by permutations and reflections of their own ("multiple RPGs at the SharpNet building-block level").
 *
 * Biases go with the norms: in front of a norm they change nothing.
 *
 * @throws RangeError for `shared-with-norms` with the slots of a model of several sub-networks
 */
export function weightSourceConfig(slots: readonly Slot[], settings: WeightSettings): WeightSourceConfig {
  const { weights } = settings;
  const ringSize = settings.ringSize ?? subNetworkSize(slots);
  switch (weights) {
    case 'independent':
      return { kind: 'independent' };
    case 'shared-with-norms':
      checkOneSubNetwork(slots);
      return { kind: 'independent' };
    case 'shared':
      return { kind: 'shared', keyOf: nameInSubNetwork };
    case 'ring':
      return {
        kind: 'ring',
        ringSize,
        ringOf: blockOf,
        ...ringOptionsOf(settings),
      };
    default:
      throw new RangeError(`Unknown weights ${JSON.stringify(weights satisfies never)}.`);
  }
}

/** Weights of one sub-network's convolutions: 181 053 696 at full width. What leads to the next one is not among them. */
export function subNetworkSize(slots: readonly Slot[]): number {
  const sizes = new Map<string, number>();
  for (const slot of slots) if (slot.role === 'backbone') sizes.set(nameInSubNetwork(slot), slot.size);
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}

/** One ring and what it feeds. */
export interface RingRow {
  /** The building block's name, which is the ring's: `encoder/layer1`. */
  readonly ring: string;
  /** The blocks that draw from it: `stack1/encoder/layer1`, `stack2/encoder/layer1`. */
  readonly blocks: readonly string[];
  /** Convolutions in each of them. */
  readonly numConvs: number;
  /** Weights of each of them, which is also the ring's N unless the config says otherwise. */
  readonly blockSize: number;
  /** M: weights of all of them. */
  readonly numGenerated: number;
}

/** Which block of which sub-network draws from which ring, in the model's order. */
export function ringTable(slots: readonly Slot[]): RingRow[] {
  const rings = new Map<string, Slot[]>();
  for (const slot of slots) {
    if (slot.role === 'backbone') rings.set(blockOf(slot), [...(rings.get(blockOf(slot)) ?? []), slot]);
  }
  return [...rings].map(([ring, fed]) => {
    const blocks = [...new Set(fed.map(({ name }) => `${name.split('/')[0]!}/${ring}`))];
    const numGenerated = fed.reduce((sum, { size }) => sum + size, 0);
    return {
      ring,
      blocks,
      numConvs: fed.length / blocks.length,
      blockSize: numGenerated / blocks.length,
      numGenerated,
    };
  });
}

/** `stack2/encoder/layer1/block3/conv1/kernel` -> `encoder/layer1`: stem, layer or decoder group. */
function blockOf(slot: Slot): string {
  return nameInSubNetwork(slot).split('/').slice(0, 2).join('/');
}

/** `stack2/depth/up4/conv1/kernel` -> `depth/up4/conv1/kernel`. */
function nameInSubNetwork(slot: Slot): string {
  return slot.name.replace(/^stack\d+\//, '');
}

function checkOneSubNetwork(slots: readonly Slot[]): void {
  if (slots.every(({ name }) => name.startsWith('stack1/'))) return;
  throw new RangeError(
    "Weights 'shared-with-norms' got the slots of several sub-networks, expected those of one: build the model with " +
      "norms: 'shared'.",
  );
}
