// Where a model's numbers come from. The model code is the same for generated, shared and independent weights: only the
// source differs, so every baseline of the paper is the same network.
import * as tf from '@tensorflow/tfjs-core';
import { castTo, type Precision, precisionInUse } from '../ops/precision.js';
import { requireBackend } from '../ops/require-backend.js';
import { type GenerationPlan, planRing, planSharing } from '../ring/generation-plan.js';
import { Generator } from '../ring/generator.js';
import type { Sampling } from '../ring/index-array.js';
import type { Rng } from '../ring/rng.js';
import { type RingSizeSetting, splitRingSize } from '../ring/split-ring-size.js';
import { initialValues, normalValues } from './initial-values.js';
import type { Slot } from './slot.js';

export type RingConfig = Extract<WeightSourceConfig, { kind: 'ring' }>;

/** How the backbone slots get their weights; all other slots are always independent. */
export type WeightSourceConfig =
  /** Each slot its own numbers: the plain network. */
  | { readonly kind: 'independent' }
  /** Generated from one ring, or from one ring a scope (paper, sections 3 and 4). */
  | {
      readonly kind: 'ring';
      /** N of all rings together. */
      readonly ringSize: RingSizeSetting;
      /** The name of the ring that feeds a slot; absent: one global ring. */
      readonly ringOf?: (slot: Slot) => string;
      readonly sampling?: Sampling;
      readonly reflect?: boolean;
      /** σ_W of each ring; see `RingPlanOptions`. */
      readonly ringStandardDeviation?: number;
    }
  /** Slots of the same key and shape are one tensor: plain sharing between blocks or sub-networks. */
  | { readonly kind: 'shared'; readonly keyOf: (slot: Slot) => string };

/** The tensors of one forward pass, by slot. */
export interface Weights {
  /**
   * @param precision what the layer computes in, default float32; a slot's weights are cast when kept in another
   * @returns a tensor of these weights, or a cast one that belongs to the tidy around the call
   * @throws RangeError for a slot that is not of this source
   */
  get(slot: Slot, precision?: Precision): tf.Tensor;
  /** A slot's variable of role `statistics`, to be assigned to. @throws RangeError for a slot of another role */
  statistic(slot: Slot): tf.Variable;
  /** Where layers are counted (`countMultiplyAdds`): each one tells at how many positions of an example it applies its kernel. */
  readonly applied?: (kernel: Slot, numPositions: number) => void;
  /** Frees the generated tensors; the trainable variables stay. */
  dispose(): void;
}

/** How elements of a ring become weights; see `createNonlinearSource` of `rpg-core/nonlinear` for those that the paper has not. */
export type RingGenerator = 'linear' | 'shaped' | 'paired';

/** Owner of a model's trainable numbers. */
export interface WeightSource {
  readonly slots: readonly Slot[];
  /** What an optimizer updates, by name: `ring` (or `ring/<scope>`) first, then the independent slots in order. */
  readonly trainables: ReadonlyMap<string, tf.Variable>;
  /** Moving averages: saved with the model, never trained. */
  readonly statistics: ReadonlyMap<string, tf.Variable>;
  /** The rings' plans by the names of their variables; empty for independent weights. */
  readonly plans: ReadonlyMap<string, GenerationPlan>;
  /** How rings become weights: `linear` is K_i = R_i·W, others are those of `rpg-core/nonlinear`. */
  readonly generator: RingGenerator;
  /** N: elements of all rings; for independent weights all backbone weights, each its own. */
  readonly ringSize: number;
  /** M: weights of all backbone slots. */
  readonly numGenerated: number;
  /**
   * Makes the weights of one step or one evaluation, differentiable with respect to the trainables.
   *
   * @param precision in which rings generate, where the backend has it; default float32. For a network whose layers compute
   *   in bfloat16: the same numbers for them as otherwise, without a cast in each; others get the rounded ones
   */
  generate(precision?: Precision): Weights;
  dispose(): void;
}

/**
 * Makes the variables that answer `slots`.
 *
 * To let one ring feed several models, pass the slots of all of them (with different names): they are dealt out in the
 * order given.
 *
 * @param rng its forks `ring/<name>` and `slot/<name>` give the first values and the index arrays
 * @throws RangeError for a ring size below one element a ring or above M
 */
export function createWeightSource(slots: readonly Slot[], config: WeightSourceConfig, rng: Rng): WeightSource {
  checkArguments(slots, rng);
  const backbone = slots.filter((slot) => slot.role === 'backbone');
  if (config.kind !== 'independent' && backbone.length === 0) {
    throw new RangeError(
      "No slot has the role 'backbone', so the ring would feed nothing; give layers role: 'backbone'.",
    );
  }
  return assembleWeightSource(slots, planBackbone(backbone, config, rng), {
    ofRing: (name, plan) => normalValues(plan.ringSize, plan.ringStandardDeviation, rng.fork(`${name}/values`)),
    ofSlot: (slot) => initialValues(slot, rng.fork(`slot/${slot.name}`)),
  });
}

/** @throws RangeError for a source whose weights do not follow from its rings and plans alone */
export function requireLinear({ generator }: WeightSource, what: string): void {
  if (generator === 'linear') return;
  throw new RangeError(`${what}: the rings are read by the generator '${generator}', expected 'linear'.`);
}

/** For callers without types. */
function checkArguments(slots: unknown, rng: unknown): void {
  if (!Array.isArray(slots)) throw new TypeError('createWeightSource: slots is no list; pass the collector’s slots.');
  if (typeof rng !== 'object' || rng === null || !('fork' in rng)) {
    throw new TypeError(`createWeightSource: rng is ${String(rng)}, expected a stream: createRng(seed).`);
  }
}

/** First values of a source's variables, float32. */
export interface FirstValues {
  readonly ofRing: (name: string, plan: GenerationPlan) => Float32Array;
  readonly ofSlot: (slot: Slot) => Float32Array;
}

/**
 * Makes a source from plans and values that are there already: from a saved model, for instance.
 *
 * @param plans by the names of the rings' variables; slots that no plan has are independent
 */
export function assembleWeightSource(
  slots: readonly Slot[],
  plans: ReadonlyMap<string, GenerationPlan>,
  values: FirstValues,
): WeightSource {
  requireBackend();
  const planned = new Set([...plans.values()].flatMap((plan) => plan.slots.map(({ slot }) => slot.name)));
  const trainables = new Map<string, tf.Variable>();
  const statistics = new Map<string, tf.Variable>();
  for (const [name, plan] of plans) {
    trainables.set(name, variableOf(values.ofRing(name, plan), [plan.ringSize], true));
  }
  for (const slot of slots) {
    if (planned.has(slot.name)) continue;
    const isTrained = slot.role !== 'statistics';
    const variable = variableOf(values.ofSlot(slot), slot.shape, isTrained);
    (isTrained ? trainables : statistics).set(slot.name, variable);
  }
  const numGenerated = sizeOf(slots.filter((slot) => slot.role === 'backbone'));
  const ringSize = plans.size === 0 ? numGenerated : [...plans.values()].reduce((sum, plan) => sum + plan.ringSize, 0);
  const generators = new Map([...plans].map(([name, plan]) => [name, new Generator(plan)]));

  return {
    slots: [...slots], // the caller's list may grow
    trainables,
    statistics,
    plans,
    generator: 'linear',
    ringSize,
    numGenerated,
    generate(wanted = 'float32') {
      const precision = precisionInUse(wanted);
      const tensors = new Map<string, tf.Tensor>([...trainables, ...statistics]);
      const generated: tf.Tensor[] = [];
      for (const [name, generator] of generators) {
        const kernels = generator.generate(trainables.get(name) as tf.Tensor as tf.Tensor1D, precision);
        generator.plan.slots.forEach(({ slot }, i) => tensors.set(slot.name, kernels[i]!));
        generated.push(...kernels);
      }
      return weightsOf(tensors, statistics, generated, precision);
    },
    dispose() {
      for (const generator of generators.values()) generator.dispose();
      for (const variable of [...trainables.values(), ...statistics.values()]) variable.dispose();
    },
  };
}

function weightsOf(
  tensors: ReadonlyMap<string, tf.Tensor>,
  statistics: ReadonlyMap<string, tf.Variable>,
  generated: tf.Tensor[],
  generatedPrecision: Precision,
): Weights {
  return {
    get(slot, precision = 'float32') {
      const tensor = tensors.get(slot.name);
      if (tensor === undefined) {
        throw new RangeError(
          `Slot '${slot.name}' is not among the slots of this source; declare all layers before it.`,
        );
      }
      const kept = generated.includes(tensor) ? generatedPrecision : 'float32';
      return kept === precision ? tensor : castTo(tensor, precision);
    },
    statistic(slot) {
      const variable = statistics.get(slot.name);
      if (variable === undefined) throw new RangeError(`Slot '${slot.name}' holds no statistics of this source.`);
      return variable;
    },
    dispose() {
      tf.dispose(generated);
    },
  };
}

/** The rings' plans, by the names of their variables; none for independent weights. */
export function planBackbone(
  backbone: readonly Slot[],
  config: WeightSourceConfig,
  rng: Rng,
): ReadonlyMap<string, GenerationPlan> {
  switch (config.kind) {
    case 'independent':
      return new Map();
    case 'shared':
      return new Map([['ring', planSharing(backbone, config.keyOf)]]);
    case 'ring': {
      return new Map(
        ringsOf(backbone, config).map(({ name, slots, ringSize }) => [
          name,
          planRing(slots, { ...config, ringSize }, rng.fork(name)),
        ]),
      );
    }
    default:
      throw new RangeError(`createWeightSource: unknown kind ${JSON.stringify(config satisfies never)}.`);
  }
}

/** A ring, and what it feeds. */
export interface FedSlots {
  /** Of its variable: `ring`, or `ring/<scope>`. */
  readonly name: string;
  readonly slots: readonly Slot[];
  /** N. */
  readonly ringSize: number;
}

/** Which ring feeds which slots, and how large each is. @throws RangeError for a size below one element a ring or above M */
export function ringsOf(
  backbone: readonly Slot[],
  { ringSize, ringOf }: Pick<RingConfig, 'ringSize' | 'ringOf'>,
): FedSlots[] {
  const groups = groupBy(backbone, (slot) => (ringOf === undefined ? 'ring' : `ring/${ringOf(slot)}`));
  const sizes = splitRingSize(ringSize, new Map([...groups].map(([name, slots]) => [name, sizeOf(slots)])));
  return [...groups].map(([name, slots]) => ({ name, slots, ringSize: sizes.get(name)! }));
}

function groupBy(slots: readonly Slot[], nameOf: (slot: Slot) => string): Map<string, Slot[]> {
  const groups = new Map<string, Slot[]>();
  for (const slot of slots) {
    const name = nameOf(slot);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [slot]);
    else group.push(slot);
  }
  return groups;
}

/** Weights of all slots. */
export function sizeOf(slots: readonly Slot[]): number {
  return slots.reduce((sum, slot) => sum + slot.size, 0);
}

function variableOf(values: Float32Array, shape: readonly number[], isTrained: boolean): tf.Variable {
  const initial = tf.tensor(values, [...shape]);
  const variable = tf.variable(initial, isTrained);
  initial.dispose();
  return variable;
}
