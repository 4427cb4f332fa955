// Turns a stock tf.layers class into one whose kernels come from a ring: everything else (masks, activations, biases with
// their initialisers, regularisers and constraints, shapes) stays the stock class's own.
import type { DataType } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { Constraint } from '@tensorflow/tfjs-layers/dist/constraints.js';
import type { LayerArgs } from '@tensorflow/tfjs-layers/dist/engine/topology.js';
import type { Initializer } from '@tensorflow/tfjs-layers/dist/initializers.js';
import type { Regularizer } from '@tensorflow/tfjs-layers/dist/regularizers.js';
import { initialDeviation } from './convert/initializer-deviation.js';
import type { RpgRing } from './rpg-ring.js';
import { findRing } from './upstream-ring.js';

/** What a ring-fed layer takes besides the stock layer's settings. */
export interface RingFedArgs {
  /** Name of the ring, needed only where several are upstream. `{ name }` is how a config holds it. */
  readonly ring?: string | { readonly name: string } | null;
}

/** A layer some of whose weights are generated; its `weights` list holds the others only. */
export type RingFedLayer = tfl.layers.Layer;

/** A layer class that tf.serialization can register. */
export interface RingFedClass<Args> {
  new (args: Args): RingFedLayer;
  className: string;
  fromConfig<T extends tf.serialization.Serializable>(
    constructor: tf.serialization.SerializableConstructor<T>,
    config: tf.serialization.ConfigDict,
  ): T;
}

/** A stock class, as far as it matters here. */
export type StockClass<Args> = new (args: Args) => tfl.layers.Layer;

type Inputs = Parameters<tfl.layers.Layer['apply']>[0];
type CallArguments = Parameters<tfl.layers.Layer['apply']>[1];

/**
 * @param Stock the class to derive from
 * @param kernelNames the weights that the ring generates, by the names that the class gives `addWeight`
 */
export function fedByRing<Args extends LayerArgs & RingFedArgs>(
  Stock: StockClass<Args>,
  kernelNames: readonly string[],
): RingFedClass<Args> {
  class FedByRing extends Stock {
    #ringName: string | undefined;
    #ring: RpgRing | undefined;

    constructor(args: Args) {
      refuseKernelConstraints(args);
      super(args);
      this.#ringName = nameOf(args.ring);
    }

    override apply(inputs: Inputs, callArguments?: CallArguments): ReturnType<tfl.layers.Layer['apply']> {
      const isEager = (Array.isArray(inputs) ? inputs : [inputs]).some((input) => input instanceof tf.Tensor);
      if (this.#ring === undefined || !isEager) {
        const ring = findRing(this.name, inputs, this.#ringName);
        if (this.#ring !== undefined && this.#ring !== ring) {
          throw new RangeError(
            `Layer '${this.name}' is fed by another ring already; it cannot be used behind '${ring.name}'.`,
          );
        }
        this.#ring = ring;
        this.#ringName ??= ring.name;
      }
      return super.apply(inputs, callArguments);
    }

    protected override addWeight(
      name: string,
      shape: tfl.Shape,
      dtype?: DataType,
      initializer?: Initializer,
      regularizer?: Regularizer,
      trainable?: boolean,
      constraint?: Constraint,
    ): tfl.LayerVariable {
      if (!kernelNames.includes(name)) {
        return super.addWeight(name, shape, dtype, initializer, regularizer, trainable, constraint);
      }
      const ring = this.#ring;
      if (ring === undefined || initializer === undefined) {
        throw new RangeError(
          `Layer '${this.name}' was built without a ring; add it to a model behind one. Wrappers such as ` +
            'timeDistributed cannot hold ring-fed layers.',
        );
      }
      const dimensions = shape.map(Number);
      const position = ring.addSlot({
        name: `${this.name}/${name}`,
        shape: dimensions,
        standardDeviation: () => {
          const config = { className: initializer.getClassName(), config: initializer.getConfig() };
          return initialDeviation(config, dimensions, this.name);
        },
      });
      const read = (): tf.Tensor => {
        const kernel = ring.kernel(position);
        return this.trainable ? kernel : withoutGradient(kernel);
      };
      if (regularizer != null) this.addLoss(() => regularizer.apply(read()));
      // The stock classes only ever read their kernels.
      return { read } as unknown as tfl.LayerVariable;
    }

    override getConfig(): tf.serialization.ConfigDict {
      const config: tf.serialization.ConfigDict = {
        ...super.getConfig(),
        ring: this.#ringName === undefined ? null : { name: this.#ringName },
      };
      for (const key of kernelConstraintsIn(config)) config[key] = null;
      return config;
    }
  }
  return FedByRing as unknown as RingFedClass<Args>;
}

function kernelConstraintsIn(args: object): string[] {
  return Object.keys(args).filter((key) => key.endsWith('Constraint') && key !== 'biasConstraint');
}

function refuseKernelConstraints(args: LayerArgs): void {
  const values = new Map<string, unknown>(Object.entries(args));
  const given = kernelConstraintsIn(args).find((key) => values.get(key) != null);
  if (given !== undefined) {
    throw new RangeError(
      `Layer '${args.name ?? 'without a name'}' has a ${given}; generated weights cannot be constrained one by one, ` +
        'since other layers use the same ring elements. Leave it out, or give the layer its own weights.',
    );
  }
}

function nameOf(ring: RingFedArgs['ring']): string | undefined {
  return typeof ring === 'string' ? ring : ring?.name;
}

/** A frozen layer sends no gradient to the ring. Its kernel still moves when other layers train the ring. */
const withoutGradient = tf.customGrad((x) => ({
  value: tf.clone(x as tf.Tensor),
  gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy),
}));
