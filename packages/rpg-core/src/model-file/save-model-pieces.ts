// Saves a weight source in pieces, for files that are larger than one array can be.
import type { WeightSource } from '../weights/weight-source.js';
import { MANIFEST_FILE, manifestBytes, WEIGHTS_FILE } from './model-file.js';
import { safetensorsPieces } from './safetensors-pieces.js';
import { describeModel, type SaveOptions } from './save-model.js';

/**
 * As `packModelFolder`, each file in pieces, to be written one behind the other: the same bytes, without one array of
 * the whole.
 *
 * @throws RangeError as `packModel`
 */
export async function packModelFolderPieces(
  source: WeightSource,
  options: SaveOptions = {},
): Promise<Map<string, readonly Uint8Array[]>> {
  const { manifest, tensors } = await describeModel(source, options);
  return new Map([
    [MANIFEST_FILE, [manifestBytes(manifest)]],
    [WEIGHTS_FILE, safetensorsPieces(tensors)],
  ]);
}
