// Saves a tf.LayersModel with rings in the same form as a model of slots: topology and seeds in the manifest, W as small as
// asked for.
import type * as tfl from '@tensorflow/tfjs-layers';
import { type ModelFile, writeModelFile, writeModelFolder } from '../../model-file/model-file.js';
import { FORMAT, type LayersManifest, readMetadata, VERSION } from '../../model-file/model-manifest.js';
import { storeRing } from '../../model-file/ring-storage.js';
import type { SafetensorsTensor } from '../../model-file/safetensors.js';
import type { SaveOptions } from '../../model-file/save-model.js';
import { requireDrawn, withheld } from '../../ring/key.js';
import { checkFinite } from '../../weights/finite.js';
import { allLayersOf } from '../convert/copy-graph.js';
import { RpgRing } from '../rpg-ring.js';
import { withSeeds } from './topology-seeds.js';

/**
 * A tf.LayersModel as the bytes of one file: safetensors, with topology, slots and seeds among the metadata. `model.save`
 * works as well, but has neither small formats for W nor withheld seeds.
 *
 * @throws RangeError for two weights of one name, numbers that the format cannot hold or that are not finite, or a seed to
 *   withhold that can be guessed
 */
export async function packLayersModel(
  model: tfl.LayersModel,
  options: SaveOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const { manifest, tensors } = await describeModel(model, options);
  return writeModelFile(manifest, tensors);
}

/** As `packLayersModel`, as a folder's files by name: `manifest.json` and `weights.safetensors`. */
export async function packLayersModelFolder(
  model: tfl.LayersModel,
  options: SaveOptions = {},
): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  const { manifest, tensors } = await describeModel(model, options);
  return writeModelFolder(manifest, tensors);
}

async function describeModel(
  model: tfl.LayersModel,
  { ringFormat = 'float32', withholdSeed = false, metadata = {} }: SaveOptions,
): Promise<ModelFile & { readonly manifest: LayersManifest }> {
  checkLayersModel(model, 'packLayersModel');
  const ringOf = new Map(ringsOf(model).map((ring) => [ring.weights[0]!, ring]));
  const tensors = new Map<string, SafetensorsTensor>();
  const rings: LayersManifest['rings'][number][] = [];
  for (const variable of model.weights) {
    const name = variable.originalName;
    if (tensors.has(name)) throw new RangeError(`The model has two weights of the name '${name}'; rename a layer.`);
    const values = Float32Array.from(await variable.read().data());
    checkFinite(name, values);
    const ring = ringOf.get(variable);
    if (ring === undefined) {
      tensors.set(name, { dtype: 'F32', shape: variable.shape.map(Number), data: values });
    } else {
      const { tensor, storage } = storeRing(values, ringFormat);
      tensors.set(name, tensor);
      rings.push({
        layer: ring.name,
        weight: name,
        seed: withholdSeed ? withheld(ring.name, ring.seed) : ring.seed,
        storage,
      });
    }
  }
  if (withholdSeed) requireDrawn([...ringOf.values()]);
  const manifest: LayersManifest = {
    format: FORMAT,
    version: VERSION,
    content: 'layers',
    topology: withSeeds(model.toJSON(undefined, false) as object, () => null),
    rings,
    metadata: readMetadata(metadata, 'metadata'),
  };
  return { manifest, tensors };
}

/** @throws TypeError for what is no tf.LayersModel, in callers without types */
export function checkLayersModel(model: unknown, caller: string): void {
  if (typeof model === 'object' && model !== null && 'layers' in model && Array.isArray(model.layers)) return;
  throw new TypeError(`${caller}: expected a tf.LayersModel; rpgify returns { model, counts }.`);
}

/** The rings of a model and of the models inside it. */
export function ringsOf(model: tfl.LayersModel): RpgRing[] {
  return allLayersOf(model).filter((layer) => layer instanceof RpgRing);
}
