// Puts a tf.LayersModel on a ring: a model of the same graph whose kernels are generated.
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { projectOntoRing } from '../../analysis/projection.js';
import type { Sampling } from '../../ring/index-array.js';
import { checkSeed } from '../../ring/seed.js';
import { type RingSizeSetting, splitRingSize } from '../../ring/split-ring-size.js';
import { checkLayersModel } from '../model-file/pack-layers-model.js';
import { registerRpgLayers } from '../ring-fed-layers.js';
import { type RingSlot, RpgRing } from '../rpg-ring.js';
import {
  checkConvertible,
  configOf,
  type ConvertedSlot,
  copyOfLayer,
  counterparts,
  keptAsTheyAre,
  slotsOf,
  weightName,
} from './convertible-layers.js';
import { allLayersOf, copyGraph, uniqueNames } from './copy-graph.js';
import { type ExcludedLayers, excludedLayersOf } from './excluded-layers.js';
import { frozenLayersOf } from './frozen-layers.js';

/** How a model is put on a ring. */
export interface RpgifyOptions {
  /** N of all rings together. */
  readonly ringSize: RingSizeSetting;
  readonly seed: string | number;
  /** `global`: one ring (the default). A function names the ring of a layer: local rings (paper, section 4). */
  readonly scope?: 'global' | ((layerName: string) => string);
  /**
   * Layers that keep their own weights, by name or by a function; the classifier at the end, for instance. A model used as
   * a layer can be named too: it stands for all layers in it.
   */
  readonly exclude?: ExcludedLayers;
  /**
   * `random` (the default): W is drawn, and each kernel starts with the deviation of its layer's initialiser. `project`: W
   * comes as near to the model's present weights as it can (least squares, see `projectOntoRing`), and each kernel has
   * the root mean square of its present weights as its scale.
   */
  readonly initialize?: 'random' | 'project';
  readonly sampling?: Sampling;
  readonly reflect?: boolean;
}

/** Numbers of parameters before and after. */
export interface RpgifyCounts {
  /** All weights of the original, trained or not. */
  readonly before: number;
  /** All weights of the new model: `ringSize` and what was kept. */
  readonly after: number;
  /** N, of all rings. */
  readonly ringSize: number;
  /** M, the weights that are generated now. */
  readonly generated: number;
  /** Generated weights by the new model's layers. */
  readonly layers: ReadonlyMap<string, number>;
}

/** A model on a ring. */
export interface Rpgified {
  /** Owned by the caller, like the original, which is left as it was. Compile it before `fit`. */
  readonly model: tfl.LayersModel;
  readonly counts: RpgifyCounts;
  /** ‖T − K‖ / ‖T‖ over all generated weights, when they were projected. */
  readonly relativeError?: number;
}

const optionNames: readonly string[] = ['ringSize', 'seed', 'scope', 'exclude', 'initialize', 'sampling', 'reflect'];

/** For callers without types: a misspelt option would be ignored in silence. */
function checkRpgifyOptions(options: RpgifyOptions): void {
  const { seed, scope = 'global', exclude = [], initialize = 'random', ...rest } = options;
  checkSeed(seed);
  const unknown = Object.keys(options).find((key) => !optionNames.includes(key));
  if (unknown !== undefined)
    throw new TypeError(`rpgify: unknown option '${unknown}', expected ${optionNames.join(', ')}.`);
  const wrong = (key: string, expected: string): never => {
    throw new TypeError(`rpgify: ${key} is not ${expected}.`);
  };
  if (scope !== 'global' && typeof scope !== 'function') wrong('scope', "'global' or a function from a layer's name");
  if (!Array.isArray(exclude) && typeof exclude !== 'function') wrong('exclude', 'a list of names or a function');
  if (!['random', 'project'].includes(initialize)) wrong('initialize', "'random' or 'project'");
  if (!['undefined', 'boolean'].includes(typeof rest.reflect)) wrong('reflect', 'true or false');
}

/** A layer to convert: its name in the new model, its ring's name, its slots. */
interface Converted {
  readonly name: string;
  readonly ring: string;
  readonly isFrozen: boolean;
  readonly slots: readonly ConvertedSlot[];
}

/**
 * Puts a model on one or several rings: convolutions (also depthwise, separable, transposed), dense layers and embeddings
 * get their kernels from a ring right behind the inputs; biases, normalisations and excluded layers are copied. Models
 * used as layers are dissolved into their layers.
 *
 * What is frozen stays frozen: the model by its own flag, each layer by its own or by that of a model that holds it. Since
 * training a ring moves every kernel on it, frozen layers never share one with trained layers: they get a second ring,
 * its name followed by `_frozen`, that is not trained.
 *
 * @param model built, sequential or functional; it is neither changed nor disposed
 * @throws RangeError for layers with weights that can neither be converted nor are excluded, and for a bad ring size
 */
export function rpgify(model: tfl.LayersModel, options: RpgifyOptions): Rpgified {
  checkLayersModel(model, 'rpgify');
  checkRpgifyOptions(options);
  registerRpgLayers();
  const names = uniqueNames(allLayersOf(model));
  const frozen = frozenLayersOf(model);
  const converted = convertibleLayers(names, excludedLayersOf(model, options.exclude ?? []), frozen, options);
  const rings = makeRings(converted, names, options);
  const pairs: { from: tfl.layers.Layer; to: tfl.layers.Layer }[] = [];
  const copy = copyGraph(model, {
    behindInputs: (inputs) =>
      rings.reduce((tensors, ring) => {
        const behind = ring.apply(tensors) as tfl.SymbolicTensor | tfl.SymbolicTensor[];
        return Array.isArray(behind) ? behind : [behind];
      }, inputs),
    copyLayer: (from) => {
      const to = copyLayer(from, names.get(from)!, converted.get(from)?.ring);
      if (frozen.has(from)) to.trainable = false;
      pairs.push({ from, to });
      return to;
    },
  });
  for (const { from, to } of pairs) copyWeights(from, to);
  if (!model.trainable) copy.trainable = false; // not set to true, which would thaw single weights
  const counts = countWeights(model, copy, converted, rings);
  if (options.initialize !== 'project') return { model: copy, counts };
  return { model: copy, counts, relativeError: projectAll(rings, converted) };
}

function convertibleLayers(
  names: ReadonlyMap<tfl.layers.Layer, string>,
  excluded: ReadonlySet<tfl.layers.Layer>,
  frozen: ReadonlySet<tfl.layers.Layer>,
  { scope = 'global', initialize = 'random' }: RpgifyOptions,
): Map<tfl.layers.Layer, Converted> {
  const converted = new Map<tfl.layers.Layer, Converted>();
  for (const [layer, name] of names) {
    if (excluded.has(layer) || layer.weights.length === 0) continue;
    const kind = layer.getClassName();
    if (keptAsTheyAre.has(kind)) continue;
    checkConvertible(layer);
    const ring = scope === 'global' ? 'rpg_ring' : `rpg_ring_${scopeName(scope(name), name)}`;
    converted.set(layer, { name, ring, isFrozen: frozen.has(layer), slots: slotsOf(layer, name, initialize) });
  }
  if (converted.size === 0) {
    throw new RangeError(
      `rpgify: the model has no layer to convert; convertible are ${[...counterparts.keys()].join(', ')}.`,
    );
  }
  return apartFromTrained(converted);
}

/** Frozen layers leave a ring that feeds trained ones too. */
function apartFromTrained(converted: ReadonlyMap<tfl.layers.Layer, Converted>): Map<tfl.layers.Layer, Converted> {
  const trained = new Set([...converted.values()].filter(({ isFrozen }) => !isFrozen).map(({ ring }) => ring));
  return new Map(
    [...converted].map(([layer, each]) => {
      let { ring } = each;
      while (each.isFrozen && trained.has(ring)) ring += '_frozen';
      return [layer, { ...each, ring }];
    }),
  );
}

/** tfjs-layers makes variables of a ring's name, and takes these characters only. */
function scopeName(scope: unknown, layerName: string): string {
  if (typeof scope === 'string' && /^[A-Za-z0-9_.\-/]+$/.test(scope)) return scope;
  throw new RangeError(
    `rpgify: scope gives ${typeof scope === 'string' ? `'${scope}'` : String(scope)} for layer '${layerName}', expected a ` +
      'text of letters, digits and _ . - /.',
  );
}

/** One ring a scope, in order of their first layers. A ring's name gets a number when a layer has it already. */
function makeRings(
  converted: ReadonlyMap<tfl.layers.Layer, Converted>,
  names: ReadonlyMap<tfl.layers.Layer, string>,
  { ringSize, seed, scope = 'global', sampling = 'even', reflect = true }: RpgifyOptions,
): RpgRing[] {
  const slots = new Map<string, RingSlot[]>();
  for (const layer of converted.values()) slots.set(layer.ring, [...(slots.get(layer.ring) ?? []), ...layer.slots]);
  const frozen = new Set([...converted.values()].filter(({ isFrozen }) => isFrozen).map(({ ring }) => ring));
  const numGenerated = new Map(
    [...slots].map(([ring, all]) => [ring, all.reduce((sum, { shape }) => sum + tf.util.sizeFromShape([...shape]), 0)]),
  );
  const clash = [...slots.keys()].find((ring) => [...names.values()].includes(ring));
  if (clash !== undefined) throw new RangeError(`rpgify: a layer of the model has the name of a ring, '${clash}'.`);
  const sizes = splitRingSize(ringSize, numGenerated);
  return [...slots].map(
    ([name, all]) =>
      new RpgRing({
        name,
        trainable: !frozen.has(name), // all of its layers are, see apartFromTrained
        ringSize: sizes.get(name)!,
        seed: scope === 'global' && slots.size === 1 ? seed : `${seed}/${name}`,
        sampling,
        reflect,
        slots: all.map(({ shape, standardDeviation, name: slot }) => ({ name: slot, shape, standardDeviation })),
      }),
  );
}

function copyLayer(layer: tfl.layers.Layer, name: string, ring: string | undefined): tfl.layers.Layer {
  if (ring === undefined) return copyOfLayer(layer, name);
  const { class: counterpart } = counterparts.get(layer.getClassName())!;
  return counterpart.fromConfig(counterpart, { ...configOf(layer), name, ring: { name: ring } });
}

/** Copies what both layers have: everything, or a converted layer's bias. */
function copyWeights(from: tfl.layers.Layer, to: tfl.layers.Layer): void {
  if (from.weights.length === to.weights.length) {
    to.setWeights(from.getWeights());
    return;
  }
  for (const variable of to.weights) {
    const twin = from.weights.find((other) => weightName(other) === weightName(variable));
    variable.write(twin!.read());
  }
}

function projectAll(rings: readonly RpgRing[], converted: ReadonlyMap<tfl.layers.Layer, Converted>): number {
  const weights = new Map(
    [...converted.values()].flatMap(({ slots }) => slots.map((slot) => [slot.name, slot.weights])),
  );
  let missed = 0;
  let total = 0;
  for (const ring of rings) {
    const { plan } = ring;
    const target = new Float32Array(plan.numGenerated);
    for (const { slot, offset } of plan.slots) target.set(weights.get(slot.name)!.dataSync(), offset);
    const projection = projectOntoRing(plan, target);
    const value = tf.tensor1d(projection.ring);
    ring.setWeights([value]);
    value.dispose();
    const energy = target.reduce((sum, w) => sum + w * w, 0);
    missed += projection.relativeError ** 2 * energy;
    total += energy;
  }
  return Math.sqrt(missed / total);
}

function countWeights(
  before: tfl.LayersModel,
  after: tfl.LayersModel,
  converted: ReadonlyMap<tfl.layers.Layer, Converted>,
  rings: readonly RpgRing[],
): RpgifyCounts {
  const layers = new Map(
    [...converted.values()].map(({ name, slots }) => [name, slots.reduce((sum, { weights }) => sum + weights.size, 0)]),
  );
  return {
    before: before.countParams(),
    after: after.countParams(),
    ringSize: rings.reduce((sum, ring) => sum + ring.ringSize, 0),
    generated: [...layers.values()].reduce((sum, size) => sum + size, 0),
    layers,
  };
}
