// Loads what pack-layers-model.ts saved. The file may come from anyone, so it is checked before it is used.
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { type PackedModel, readModelFile } from '../../model-file/model-file.js';
import { checkLayersManifest, type LayersManifest } from '../../model-file/model-manifest.js';
import { describe, restoreRing } from '../../model-file/ring-storage.js';
import type { SafetensorsTensor } from '../../model-file/safetensors.js';
import { requireBackend } from '../../ops/require-backend.js';
import { checkSeed } from '../../ring/seed.js';
import { withWeightBudget } from '../convert/weight-budget.js';
import { registerRpgLayers } from '../ring-fed-layers.js';
import { ringsOf } from './pack-layers-model.js';
import { withSeeds } from './topology-seeds.js';

/** How a tf.LayersModel is loaded. */
export interface LoadLayersOptions {
  /**
   * For a model whose seeds were withheld: the seed of its ring, or a function from a ring's name to its seed. A wrong one
   * cannot be told from the right one: the weights are then as random as before any training.
   */
  readonly seed?: string | number | ((ringName: string) => string | number);
  /** Refuses models that would generate more weights than this, before any are drawn. Default 2^27, 134 million. */
  readonly maxGenerated?: number;
}

/** A loaded tf.LayersModel. */
export interface LoadedLayersModel {
  /** Owned by the caller; not compiled. */
  readonly model: tfl.LayersModel;
  /** Has no prototype. */
  readonly metadata: Readonly<Record<string, string>>;
}

type Tensors = ReadonlyMap<string, SafetensorsTensor>;

/**
 * Loads a tf.LayersModel from the bytes of one file, or from a folder's files by name.
 *
 * Sizes are checked against the tensors that are there before anything is allocated. The topology itself is read by
 * tfjs-layers, which knows the layers that are registered with tf.serialization and no others.
 *
 * @throws TypeError for what is no such model, RangeError for another version, a withheld seed or sizes that do not fit;
 *   and the errors of tfjs-layers
 */
export async function unpackLayersModel(
  packed: PackedModel,
  { seed, maxGenerated = 2 ** 27 }: LoadLayersOptions = {},
): Promise<LoadedLayersModel> {
  requireBackend();
  registerRpgLayers();
  const { manifest: unchecked, tensors } = readModelFile(packed);
  const manifest = checkLayersManifest(unchecked);
  const values = restoreAll(manifest, tensors);
  const seeds = new Map(manifest.rings.map((ring) => [ring.layer, ring.seed]));
  checkGivenSeed(seed, manifest);
  const topology = withSeeds(manifest.topology, (ring) => seeds.get(ring) ?? givenSeed(seed, ring));
  const budget = [...values.values()].reduce((sum, { length }) => sum + length, 0);
  const model = await buildModel(topology, budget);
  try {
    checkRings(model, manifest, maxGenerated);
    setWeights(model, tensors, values);
    for (const ring of ringsOf(model)) await ring.dealOut();
  } catch (error) {
    model.dispose();
    throw error;
  }
  return { model, metadata: manifest.metadata };
}

/** @throws RangeError of the budget and of rings, TypeError for whatever else tfjs-layers finds wrong */
async function buildModel(topology: object, budget: number): Promise<tfl.LayersModel> {
  const { registeredVariables } = tf.engine().state;
  const before = new Set(Object.keys(registeredVariables));
  // tfjs-layers builds the model before its first pause; then the guard ends, and the variables are all there.
  const building = withWeightBudget(budget, () => tfl.models.modelFromJSON(topology as tf.io.ModelJSON));
  const made = Object.entries(registeredVariables).filter(([name]) => !before.has(name));
  try {
    return await building;
  } catch (error) {
    for (const [, variable] of made) variable.dispose();
    if (error instanceof RangeError) throw error;
    const why = error instanceof Error ? error.message.slice(0, 300) : String(error);
    throw new TypeError(`The model's topology cannot be built: ${why}`, { cause: error });
  }
}

/** One seed cannot serve several rings: each has its own, and a wrong one goes unnoticed. */
function checkGivenSeed(seed: LoadLayersOptions['seed'], { rings }: LayersManifest): void {
  if (seed === undefined) return;
  const withheld = rings.filter((ring) => ring.seed === null).map(({ layer }) => layer);
  if (withheld.length === 0) throw new RangeError('The model holds its own seed; load it without one.');
  if (withheld.length > 1 && typeof seed !== 'function') {
    throw new RangeError(
      `The model has ${withheld.length} rings ('${withheld.join("', '")}') whose seeds were withheld; pass seed: ` +
        '(ringName) => …. rpgify gave each ring the seed SEED/RINGNAME.',
    );
  }
}

function givenSeed(seed: LoadLayersOptions['seed'], layer: string): string {
  if (seed === undefined) {
    throw new RangeError(
      `The model was saved with the seed of its ring '${layer}' withheld; without it no weights can be generated. Pass it: ` +
        'unpackLayersModel(bytes, { seed }).',
    );
  }
  return checkSeed(typeof seed === 'function' ? seed(layer) : seed);
}

/** The numbers of every tensor, after checking those of the rings. */
function restoreAll(manifest: LayersManifest, tensors: Tensors): Map<string, Float32Array> {
  const values = new Map<string, Float32Array>();
  for (const { weight, storage } of manifest.rings) {
    const tensor = tensors.get(weight);
    values.set(weight, restoreRing(weight, tensor, storage, tensor?.shape[0] ?? 0));
  }
  for (const [name, tensor] of tensors) {
    if (values.has(name)) continue;
    if (tensor.dtype !== 'F32')
      throw new RangeError(`The model's tensor '${name}' is ${describe(tensor)}, expected F32.`);
    values.set(name, tensor.data);
  }
  return values;
}

/** The model's rings are those of the manifest, and do not generate too much. */
function checkRings(model: tfl.LayersModel, manifest: LayersManifest, maxGenerated: number): void {
  const rings = ringsOf(model);
  const [built, listed] = [rings.map(({ name }) => name).sort(), manifest.rings.map(({ layer }) => layer).sort()];
  if (built.join('\n') !== listed.join('\n')) {
    throw new RangeError(
      `The model's topology has the rings '${built.join("', '")}', its manifest '${listed.join("', '")}'.`,
    );
  }
  const numGenerated = rings
    .flatMap(({ slots }) => slots)
    .reduce((sum, { shape }) => sum + shape.reduce((size, dimension) => size * dimension, 1), 0);
  if (!(numGenerated <= maxGenerated)) {
    throw new RangeError(
      `The model generates more than ${maxGenerated} weights; raise maxGenerated to load it all the same.`,
    );
  }
}

function setWeights(model: tfl.LayersModel, tensors: Tensors, values: ReadonlyMap<string, Float32Array>): void {
  const missing = new Set(tensors.keys());
  for (const variable of model.weights) {
    const name = variable.originalName;
    const tensor = tensors.get(name);
    if (!missing.delete(name) || tensor!.shape.join() !== variable.shape.join()) {
      throw new RangeError(
        `The model's tensor '${name}' is ${describe(tensor)}, expected [${variable.shape.join(', ')}].`,
      );
    }
    const value = tf.tensor(values.get(name)!, [...tensor!.shape]);
    variable.write(value);
    value.dispose();
  }
  const [spare] = missing;
  if (spare !== undefined)
    throw new RangeError(`The model has a tensor ${JSON.stringify(spare).slice(0, 80)} that nothing uses.`);
}
