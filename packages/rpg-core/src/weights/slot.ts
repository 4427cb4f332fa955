// What a layer asks for: a name, a shape and how its numbers start. A model declares its slots in order and owns no
// weights; a weight source (weight-source.ts) answers them.

/** How a slot's numbers start when nothing was trained yet. */
export type Initializer =
  | { readonly kind: 'normal'; readonly standardDeviation: number }
  | { readonly kind: 'uniform'; readonly limit: number }
  | { readonly kind: 'constant'; readonly value: number };

/**
 * What a slot is for. `backbone` slots are the ones that a ring can generate (the paper's K_i); the others are few and
 * stay independent: the paper gives each convolution its own batch normalisation (section 3), and the official code
 * leaves stem and head alone. `statistics` are moving averages: saved, not trained, not counted as parameters.
 */
export type SlotRole = 'backbone' | 'stem' | 'head' | 'norm' | 'bias' | 'statistics';

/** One tensor that a layer needs. */
export interface Slot {
  /** Unique in the model; parts are joined by '/', as in `stage2/block1/conv1`. */
  readonly name: string;
  /** For a convolution [height, width, inChannels, outChannels]. */
  readonly shape: readonly number[];
  /** Product of `shape`. */
  readonly size: number;
  readonly role: SlotRole;
  readonly initializer: Initializer;
}

/** Collects the slots of a model in the order in which its layers are built; a ring is dealt out in that order. */
export class SlotCollector {
  readonly #slots: Slot[] = [];
  readonly #names = new Set<string>();

  /**
   * Declares one slot.
   *
   * @throws RangeError for a name declared before, or a shape with a dimension that is no positive integer
   */
  declare(slot: Omit<Slot, 'size'>): Slot {
    if (this.#names.has(slot.name)) {
      throw new RangeError(`Slot '${slot.name}' is declared twice; give each layer of a model its own name.`);
    }
    if (slot.shape.length === 0 || slot.shape.some((dimension) => !Number.isInteger(dimension) || dimension < 1)) {
      throw new RangeError(
        `Slot '${slot.name}' has shape [${slot.shape.join(', ')}], expected one or more positive integers.`,
      );
    }
    const declared: Slot = { ...slot, size: slot.shape.reduce((product, dimension) => product * dimension, 1) };
    this.#names.add(slot.name);
    this.#slots.push(declared);
    return declared;
  }

  /** The slots declared so far, in order. */
  get slots(): readonly Slot[] {
    return this.#slots;
  }
}

/**
 * Normal initialisation that keeps the variance of gradients through ReLU layers (He et al. 2015, `fan_out` mode):
 * standard deviation √(2 / (outChannels · height · width)). The official RPG code uses it for its ring.
 */
export function kaimingFanOut(kernelHeight: number, kernelWidth: number, outChannels: number): Initializer {
  return { kind: 'normal', standardDeviation: Math.sqrt(2 / (kernelHeight * kernelWidth * outChannels)) };
}

/** Uniform in ±1/√fanIn: what PyTorch gives a linear layer's weights and bias unless told otherwise. */
export function uniformFanIn(fanIn: number): Initializer {
  return { kind: 'uniform', limit: 1 / Math.sqrt(fanIn) };
}
