// Beyond the paper, which leaves nonlinear generators open (section 6): rings that are read otherwise than K_i = R_i·W, at the
// same number of elements.
import * as tf from '@tensorflow/tfjs-core';
import { castTo, type Precision, precisionInUse } from '../ops/precision.js';
import type { GenerationPlan, PlannedSlot } from '../ring/generation-plan.js';
import { Generator } from '../ring/generator.js';
import type { Rng } from '../ring/rng.js';
import { type Slot, SlotCollector } from '../weights/slot.js';
import {
  createWeightSource,
  planBackbone,
  type RingConfig,
  type RingGenerator,
  type Weights,
  type WeightSource,
} from '../weights/weight-source.js';

/**
 * As `createWeightSource` for a ring, whose elements become weights otherwise. Backbone weights start with the same
 * deviations.
 *
 * - `shaped`: K_i = φ_i(R_i·W) with a function φ_i of one number that each layer learns; at first the identity. Three more
 *   trained numbers a layer, counted among the norms'.
 * - `paired`: K_i = (R_i·W + R'_i·W) / √2 with a second arrangement: each weight is the sum of two elements. It generates
 *   twice, and trains as many numbers as a linear ring.
 *
 * Model files do not have such rings.
 *
 * @throws RangeError as `createWeightSource`
 */
export function createNonlinearSource(
  slots: readonly Slot[],
  config: RingConfig,
  generator: Exclude<RingGenerator, 'linear'>,
  rng: Rng,
): WeightSource {
  const backbone = slots.filter(({ role }) => role === 'backbone');
  switch (generator) {
    case 'shaped': {
      const collector = new SlotCollector();
      const shapes = new Map(backbone.map((slot) => [slot.name, collector.declare(shapeSlotOf(slot))]));
      const source = createWeightSource([...slots, ...shapes.values()], config, rng);
      return shapedSource(source, (slot) => shapes.get(slot.name)!);
    }
    case 'paired': {
      const source = createWeightSource(slots, config, rng);
      return pairedSource(source, planBackbone(backbone, config, rng.fork('second arrangement')));
    }
    default:
      throw new RangeError(`createNonlinearSource: unknown generator ${JSON.stringify(generator satisfies never)}.`);
  }
}

/** A step of these three numbers moves all weights of a layer: tenths make it a small one at the rate of the ring. */
const SHAPE_UNIT = 0.1;

/** What a layer learns of its φ: a, b and c of `shape`, in tenths. Kept apart as norms are; all 0 is the identity. */
function shapeSlotOf(slot: Slot): Omit<Slot, 'size'> {
  return { name: `${slot.name}/shape`, shape: [3], role: 'norm', initializer: { kind: 'constant', value: 0 } };
}

/**
 * @param source a source of linear rings that has the slots of `shapeSlotOf`, too; it is taken over
 * @param shapeOf the slot with the numbers of a backbone slot
 */
function shapedSource(source: WeightSource, shapeOf: (slot: Slot) => Slot): WeightSource {
  const planned = slotsOf(source.plans);
  return withGenerator(source, 'shaped', (linear, shaped) => {
    for (const { slot, deviation } of planned) {
      const [kernel, abc] = [linear.get(slot), linear.get(shapeOf(slot))];
      shaped.set(
        slot.name,
        tf.tidy(() => shape(kernel, abc, deviation)),
      );
    }
  });
}

/**
 * With u = K / σ_i, of deviation 1 at first: σ_i ((1 + a) u + b (u² − 1) / √2 + c (u³ − 3u) / √6). These are Hermite
 * polynomials, whose values for normal u do not correlate: b and c bring what the ring's elements do not have yet.
 */
function shape(kernel: tf.Tensor, abc: tf.Tensor, deviation: number): tf.Tensor {
  const [a, b, c] = tf.split(tf.mul(abc, SHAPE_UNIT), 3) as [tf.Tensor, tf.Tensor, tf.Tensor];
  const u = tf.div(kernel, deviation);
  const square = tf.square(u);
  const linear = tf.mul(u, tf.add(a, 1));
  const quadratic = tf.mul(tf.sub(square, 1), tf.mul(b, Math.SQRT1_2));
  const cubic = tf.mul(tf.mul(u, tf.sub(square, 3)), tf.mul(c, 1 / Math.sqrt(6)));
  return tf.mul(tf.addN([linear, quadratic, cubic]), deviation);
}

/** @param seconds R' of each ring, by name: plans of the same slots and size as those of `source`, which is taken over */
function pairedSource(source: WeightSource, seconds: ReadonlyMap<string, GenerationPlan>): WeightSource {
  const generators = new Map([...seconds].map(([name, plan]) => [name, new Generator(plan)]));
  const paired = withGenerator(source, 'paired', (linear, kernels) => {
    for (const [name, generator] of generators) {
      const ring = source.trainables.get(name) as tf.Tensor as tf.Tensor1D;
      const others = generator.generate(ring);
      generator.plan.slots.forEach(({ slot }, i) => {
        kernels.set(
          slot.name,
          tf.tidy(() => tf.mul(tf.add(linear.get(slot), others[i]!), Math.SQRT1_2)),
        );
      });
      tf.dispose(others);
    }
  });
  return {
    ...paired,
    dispose() {
      for (const generator of generators.values()) generator.dispose();
      source.dispose();
    },
  };
}

/** @param fill puts the weights of the backbone's slots in by name */
function withGenerator(
  source: WeightSource,
  generator: RingGenerator,
  fill: (linear: Weights, kernels: Map<string, tf.Tensor>) => void,
): WeightSource {
  return {
    ...source,
    generator,
    generate(wanted) {
      const precision = precisionInUse(wanted ?? 'float32');
      const linear = source.generate(); // sums and powers in float32, whatever the layers compute in
      const kernels = new Map<string, tf.Tensor>();
      fill(linear, kernels);
      if (precision !== 'float32') castAll(kernels, precision);
      const get: Weights['get'] = (slot, asked = 'float32') => {
        const kernel = kernels.get(slot.name);
        if (kernel === undefined) return linear.get(slot, asked);
        return asked === precision ? kernel : castTo(kernel, asked);
      };
      return {
        get,
        statistic: (slot) => linear.statistic(slot),
        dispose() {
          tf.dispose([...kernels.values()]);
          linear.dispose();
        },
      };
    },
  };
}

/** Once for all layers, as linear rings do. */
function castAll(kernels: Map<string, tf.Tensor>, precision: Precision): void {
  for (const [name, kernel] of kernels) {
    kernels.set(name, castTo(kernel, precision));
    kernel.dispose();
  }
}

/** All slots of the rings, with the deviation σ_i that their weights begin with. */
function slotsOf(plans: WeightSource['plans']): (PlannedSlot & { readonly deviation: number })[] {
  return [...plans.values()].flatMap(({ slots, ringStandardDeviation }) =>
    slots.map((planned) => ({ ...planned, deviation: planned.scale * ringStandardDeviation })),
  );
}
