// The ring as a layer of a tf.LayersModel: it passes its input through unchanged, owns W, and generates the kernels of
// all layers behind it.
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import type { LayerArgs } from '@tensorflow/tfjs-layers/dist/engine/topology.js';
import type { Regularizer } from '@tensorflow/tfjs-layers/dist/regularizers.js';
import { integer, list, object, real, text } from '../model-file/json-reader.js';
import { ensureFilterGradient } from '../ops/conv2d-filter-gradient.js';
import { requireBackend } from '../ops/require-backend.js';
import { type GenerationPlan, planRing, planRingAsync, type RingPlanOptions } from '../ring/generation-plan.js';
import { Generator } from '../ring/generator.js';
import type { Sampling } from '../ring/index-array.js';
import { createRng, type Rng } from '../ring/rng.js';
import { checkSeed } from '../ring/seed.js';
import { normalValues } from '../weights/initial-values.js';
import { type Slot, SlotCollector } from '../weights/slot.js';
import { type RegularizerConfig, regularizerFrom, serializeRegularizer } from './convert/regularizer-config.js';
import { reserveWeights } from './convert/weight-budget.js';
import { KeptKernels } from './kept-kernels.js';
import { LazyVariable } from './lazy-variable.js';

/** A kernel that a ring feeds. */
export interface RingSlot {
  /** `<layer>/<weight>`; unique on its ring. */
  readonly name: string;
  readonly shape: readonly number[];
  /** With which the kernel starts; relative to the ring's own it is the slot's scale. */
  readonly standardDeviation: number;
}

const readSlots = list(
  object({ name: text(1024), shape: list(integer(1, 2 ** 30), 8), standardDeviation: real }),
  100_000,
);

/** Settings of a ring. */
export interface RpgRingArgs extends LayerArgs {
  /** N, the number of trainable elements; at most the number of weights that the ring generates. */
  readonly ringSize: number;
  /**
   * Decides indices, signs and first values; rings of one model should have different ones. `{ name }` is how a config
   * holds it, because tfjs rewrites the case of any other string when it loads a model.
   */
  readonly seed: string | number | { readonly name: string };
  /** Default `even`, the paper's. */
  readonly sampling?: Sampling;
  /** Whether weights get random signs; default true. */
  readonly reflect?: boolean;
  /**
   * σ_W, with which W starts, above 0; default: the root mean square of the kernels'. Kernels start alike with any. Under Adam
   * a start of 1/k moves them k times as far at the same rate; docs/method.md says when that helps.
   */
  readonly ringStandardDeviation?: number | null;
  /** Penalty on W itself; l2 is the weight decay of the paper. */
  readonly ringRegularizer?: Regularizer | RegularizerConfig | null;
  /** The slots in order, when they are known beforehand; a saved model has them. Absent: as layers are built. */
  readonly slots?: readonly RingSlot[] | null;
}

/**
 * A ring: identity on its inputs, W in its weights.
 *
 * Put it between the model's inputs and the layers that it feeds: in a sequential model it is the first layer (and gets
 * the `inputShape`), in a functional one it is applied to the input or to the list of all inputs. Layers such as
 * `RpgConv2D` find the ring upstream of them when they are added. Being upstream of all of them, the ring runs first in
 * each forward pass and generates all kernels in one op, inside the gradient's tape. Between predictions kernels are kept
 * (`maxKeptBytes`); `model.dispose()` frees them.
 *
 * Slots are dealt out in the order in which layers are built, when W or a kernel is first read (by `predict`, `fit`,
 * `save`, `getWeights`): by then all layers of the model must be built. W starts as in `createWeightSource` with the same
 * seed and slots: same indices, same signs, same values.
 */
export class RpgRing extends tfl.layers.Layer {
  static readonly className = 'RpgRing';
  readonly ringSize: number;
  readonly seed: string;
  readonly sampling: Sampling;
  readonly reflect: boolean;
  /** Undefined for the usual start. */
  readonly ringStandardDeviation: number | undefined;
  readonly #regularizer: Regularizer | undefined;
  /** Set when the slots were given beforehand: then no others are taken. */
  readonly #isClosed: boolean;
  readonly #slots: RingSlot[];
  #variable: LazyVariable | undefined;
  #generator: Generator | undefined;
  #forward: ForwardPass | undefined;
  readonly #kept = new KeptKernels();
  /**
   * In bytes: kernels generated for a prediction stay for the next ones, until W changes, where all of them together are no
   * larger. 0: they are generated in each. Not part of a saved model.
   */
  maxKeptBytes = 2 ** 27;

  constructor(args: RpgRingArgs) {
    super(args);
    const { ringSize, seed, sampling = 'even', reflect = true, slots } = args;
    if (!Number.isInteger(ringSize) || ringSize < 1) {
      throw new RangeError(
        `Ring '${this.name}': ringSize is ${ringSize}, expected a positive integer: a number of elements; only rpgify and ` +
          'createWeightSource also take shares.',
      );
    }
    this.ringSize = ringSize;
    this.seed = seedFrom(seed, this.name);
    this.sampling = sampling;
    this.reflect = reflect;
    this.ringStandardDeviation = args.ringStandardDeviation ?? undefined;
    this.#regularizer = regularizerFrom(args.ringRegularizer);
    this.#isClosed = slots != null;
    this.#slots = [...(slots == null ? [] : readSlots(slots, `Ring '${this.name}': slots`))];
    this.supportsMasking = true;
  }

  /** The slots known so far, in the order in which the ring is dealt out. */
  get slots(): readonly RingSlot[] {
    return this.#slots;
  }

  /** Which element, sign and scale each generated weight has. Reading it deals the ring out. */
  get plan(): GenerationPlan {
    return this.#dealtOut().plan;
  }

  /**
   * Deals the ring out in short stretches, once all layers are built. Otherwise the first use does so in one go, which for
   * millions of weights would freeze a page.
   */
  async dealOut(): Promise<void> {
    if (this.#generator !== undefined) return;
    const plan = await planRingAsync(this.#declaredSlots(), this.#planOptions(), this.#stream());
    this.#generator ??= new Generator(plan);
  }

  override build(inputShape: tfl.Shape | tfl.Shape[]): void {
    requireBackend();
    reserveWeights(this.name, 'ring', [this.ringSize]);
    this.#variable = new LazyVariable(this.ringSize, 'ring', () => {
      const { plan } = this.#dealtOut();
      return normalValues(this.ringSize, plan.ringStandardDeviation, createRng(this.seed).fork('ring/values'));
    });
    this.#variable.trainable = this.trainable;
    this._trainableWeights.push(this.#variable);
    const regularizer = this.#regularizer;
    if (regularizer !== undefined) this.addLoss(() => regularizer.apply(this.#read()));
    super.build(inputShape);
  }

  /** Generates all kernels for the layers behind, unless they were kept, then passes the inputs on. */
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor | tf.Tensor[] {
    ensureFilterGradient(); // here, because the ring runs first in each pass, whatever the backend by then
    if (this.#keptKernels() === undefined) this.#generate();
    // Copies, since tf.LayersModel frees a layer's outputs after use, and the input belongs to the caller.
    return Array.isArray(inputs) ? inputs.map((x) => tf.clone(x)) : tf.clone(inputs);
  }

  /** Passes masks on. The stock class returns one mask for several inputs that have none. */
  override computeMask(inputs: tf.Tensor | tf.Tensor[], mask?: tf.Tensor | tf.Tensor[]): tf.Tensor | tf.Tensor[] {
    const none = Array.isArray(inputs) ? inputs.map(() => null) : null;
    return mask ?? (none as unknown as tf.Tensor | tf.Tensor[]); // tfjs's type leaves out that a mask may be null
  }

  /**
   * Takes a kernel among the ring's.
   *
   * @param slot its deviation is asked for only where the slots were not given beforehand
   * @returns its position, for `kernel`
   * @throws RangeError when the ring was dealt out before, or its given slots hold no such kernel
   */
  addSlot(slot: Omit<RingSlot, 'standardDeviation'> & { readonly standardDeviation: () => number }): number {
    const position = this.#slots.findIndex(({ name }) => name === slot.name);
    if (this.#isClosed) {
      const expected = this.#slots[position];
      if (expected?.shape.join() === slot.shape.join()) return position;
      throw new RangeError(
        `Ring '${this.name}' has ${expected === undefined ? 'no slot' : `a slot of [${expected.shape.join(', ')}]`} for ` +
          `${slot.name} of [${slot.shape.join(', ')}]; its slots were fixed when the model was saved or converted. Give ` +
          'new layers a ring of their own.',
      );
    }
    if (position !== -1) {
      throw new RangeError(`Ring '${this.name}' feeds ${slot.name} already; give each layer of a model its own name.`);
    }
    if (this.#generator !== undefined) {
      throw new RangeError(
        `Ring '${this.name}' was dealt out before ${slot.name} came; build all layers before weights are first read.`,
      );
    }
    return this.#slots.push({ ...slot, standardDeviation: slot.standardDeviation() }) - 1;
  }

  /**
   * The kernel of a slot, differentiable with respect to W. Inside a forward pass through the ring it is one of those
   * generated there; elsewhere it is one of those that were kept, or all are generated again.
   *
   * @returns float32 of the slot's shape; it belongs to the enclosing tidy
   */
  kernel(position: number): tf.Tensor {
    const forward = this.#forward;
    const isCurrent = forward?.kernels[position]?.isDisposed === false && forward.isCurrent(this.#read());
    const kernels = this.#keptKernels() ?? (isCurrent ? forward.kernels : this.#generate());
    const kernel = kernels[position]!;
    return this.#keptKernels() === kernels ? tf.clone(kernel) : kernel; // what is kept is not the caller's to free
  }

  override getConfig(): tf.serialization.ConfigDict {
    const slots = this.#slots.map(({ name, shape, standardDeviation }) => ({
      name,
      shape: [...shape],
      standardDeviation,
    }));
    return {
      ...super.getConfig(),
      ringSize: this.ringSize,
      seed: { name: this.seed },
      sampling: this.sampling,
      reflect: this.reflect,
      ...(this.ringStandardDeviation === undefined ? {} : { ringStandardDeviation: this.ringStandardDeviation }),
      ringRegularizer: serializeRegularizer(this.#regularizer),
      slots: slots.length === 0 ? null : slots,
    };
  }

  protected override disposeWeights(): number {
    this.#kept.dispose();
    this.#generator?.dispose();
    return super.disposeWeights();
  }

  #read(): tf.Tensor1D {
    if (this.#variable === undefined) {
      throw new RangeError(`Ring '${this.name}' is not built; apply it to the model's inputs before other layers.`);
    }
    return this.#variable.read() as tf.Tensor1D;
  }

  /** Undefined while a gradient is recorded: its tape has to see the kernels being generated. */
  #keptKernels(): readonly tf.Tensor[] | undefined {
    return currentTape() === undefined ? this.#kept.of(this.#read()) : undefined;
  }

  #generate(): readonly tf.Tensor[] {
    const ring = this.#read();
    const generator = this.#dealtOut();
    const kernels = generator.generate(ring);
    const isPrediction = currentTape() === undefined;
    if (isPrediction && 4 * generator.plan.numGenerated <= this.maxKeptBytes) this.#kept.keep(ring, kernels);
    else this.#kept.dispose(); // of a W that is no longer, or soon will be
    this.#forward = new ForwardPass(ring, kernels);
    return kernels;
  }

  #dealtOut(): Generator {
    this.#generator ??= new Generator(planRing(this.#declaredSlots(), this.#planOptions(), this.#stream()));
    return this.#generator;
  }

  #planOptions(): RingPlanOptions {
    const { ringSize, sampling, reflect, ringStandardDeviation } = this;
    return { ringSize, sampling, reflect, ...(ringStandardDeviation === undefined ? {} : { ringStandardDeviation }) };
  }

  #stream(): Rng {
    return createRng(this.seed).fork('ring');
  }

  #declaredSlots(): readonly Slot[] {
    const collector = new SlotCollector();
    for (const { name, shape, standardDeviation } of this.#slots) {
      collector.declare({ name, shape, role: 'backbone', initializer: { kind: 'normal', standardDeviation } });
    }
    const numGenerated = collector.slots.reduce((sum, slot) => sum + slot.size, 0);
    if (numGenerated === 0) {
      throw new RangeError(
        `No layer takes its weights from ring '${this.name}'; put rpgDense or another behind it, or remove it.`,
      );
    }
    if (this.ringSize > numGenerated) {
      throw new RangeError(
        `Ring '${this.name}' has ${this.ringSize} elements but feeds ${numGenerated} weights, expected at most as many ` +
          'elements (|W| ≤ Σ|K_i|). Make it smaller, or put more layers on it.',
      );
    }
    return collector.slots;
  }
}

/** Kernels generated in one forward pass, and when they may be used again. */
class ForwardPass {
  readonly kernels: readonly tf.Tensor[];
  readonly #dataId: object;
  readonly #tape = currentTape();

  constructor(ring: tf.Tensor, kernels: readonly tf.Tensor[]) {
    this.kernels = kernels;
    this.#dataId = ring.dataId;
  }

  /** Not after an update of W, and not for a gradient whose tape did not see the kernels being generated. */
  isCurrent(ring: tf.Tensor): boolean {
    const tape = currentTape();
    return ring.dataId === this.#dataId && (tape === undefined || tape === this.#tape);
  }
}

/** The tape that records for a gradient now, if one does. */
function currentTape(): object | undefined {
  const { gradientDepth, activeTape } = tf.engine().state;
  return gradientDepth > 0 ? activeTape : undefined;
}

const settingNames: readonly string[] = [
  'ringSize',
  'seed',
  'sampling',
  'reflect',
  'ringStandardDeviation',
  'ringRegularizer',
  'slots',
];
/** Those of tfjs's LayerArgs. */
const layerSettings: readonly string[] = [
  ...['name', 'trainable', 'weights', 'inputDType', 'inputShape', 'batchInputShape', 'batchSize', 'dtype'],
  ...['updatable', 'inputDtype'],
];

/** For callers without types: a misspelt setting would be ignored. Not for configs: tfjs adds keys of its own to them. */
export function checkSettings(args: unknown): void {
  if (typeof args !== 'object' || args === null) {
    throw new TypeError('rpgRing: expected settings, at least { ringSize, seed }.');
  }
  const unknown = Object.keys(args).find((key) => !settingNames.includes(key) && !layerSettings.includes(key));
  if (unknown !== undefined) {
    throw new TypeError(
      `rpgRing: unknown setting '${unknown}', expected ${settingNames.join(', ')}, or what all layers take: name, inputShape ….`,
    );
  }
  if ('reflect' in args && !['undefined', 'boolean'].includes(typeof args.reflect)) {
    throw new TypeError('rpgRing: reflect is not true or false.');
  }
}

function seedFrom(seed: unknown, ringName: string): string {
  const named = typeof seed === 'object' && seed !== null && 'name' in seed ? seed.name : seed;
  if (seed !== null && seed !== undefined) return checkSeed(named);
  throw new RangeError(
    `Ring '${ringName}' has no seed, expected a string or a number. If the model was saved with its seed withheld, ` +
      'unpackLayersModel takes the seed.',
  );
}
