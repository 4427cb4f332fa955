// A saved model whose manifest was changed by hand.
import { decodeSafetensors, encodeSafetensors } from '../src/model-file/safetensors.js';
import { packModel } from '../src/model-file/save-model.js';
import { smallSource } from './small-models.js';

/** A manifest of slots as JSON. */
export type SlotsJson = Record<string, unknown> & {
  rings: Record<string, unknown>[];
  slots: Record<string, unknown>[];
};

/** Changes a manifest in place, or gives what stands in its place: a text as it is, other values as JSON. */
export type ManifestChange = (manifest: SlotsJson) => unknown;

/** The bytes of `smallSource(name)` with a changed manifest. */
export async function spoiledManifest(change: ManifestChange, name?: string): Promise<Uint8Array> {
  const { tensors, metadata } = decodeSafetensors(await packModel(smallSource(name)));
  const manifest = JSON.parse(metadata['rpg-model']!) as SlotsJson;
  const changed = change(manifest) ?? manifest;
  return encodeSafetensors(tensors, { 'rpg-model': typeof changed === 'string' ? changed : JSON.stringify(changed) });
}
