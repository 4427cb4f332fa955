// A saved model as bytes. One file: safetensors whose metadata carry the manifest, so that any tool that knows safetensors
// shows the tensors. A folder: the manifest beside the tensors, for servers that send them apart.
import { decodeSafetensors, encodeSafetensors, type SafetensorsTensor } from './safetensors.js';
import { parseStrictJson, StrictJsonError } from './strict-json.js';

/** Bytes of one file, or of a folder's files by name. */
export type PackedModel = ArrayBuffer | ArrayBufferView | ReadonlyMap<string, Uint8Array>;

/** A manifest, not yet checked, and the tensors. */
export interface ModelFile {
  readonly manifest: unknown;
  readonly tensors: ReadonlyMap<string, SafetensorsTensor>;
}

/** Names of a folder's files. */
export const MANIFEST_FILE = 'manifest.json';
export const WEIGHTS_FILE = 'weights.safetensors';

const METADATA_KEY = 'rpg-model';
const LESS_THAN = 0x3c;
/** A manifest of slots nests 5 levels; a tf.LayersModel's topology 8, and 4 more for each model inside it. */
const MAX_DEPTH = 64;
const MAX_MANIFEST_BYTES = 64 * 2 ** 20;

declare const TextEncoder: new () => { encode(text: string): Uint8Array<ArrayBuffer> };
declare const TextDecoder: new (label: string, options: { fatal: boolean }) => { decode(bytes: Uint8Array): string };

export function writeModelFile(manifest: object, tensors: ModelFile['tensors']): Uint8Array<ArrayBuffer> {
  return encodeSafetensors(tensors, { [METADATA_KEY]: JSON.stringify(manifest) });
}

export function writeModelFolder(
  manifest: object,
  tensors: ModelFile['tensors'],
): Map<string, Uint8Array<ArrayBuffer>> {
  return new Map([
    [MANIFEST_FILE, manifestBytes(manifest)],
    [WEIGHTS_FILE, encodeSafetensors(tensors)],
  ]);
}

/** The content of `MANIFEST_FILE`. */
export function manifestBytes(manifest: object): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`);
}

/** @throws TypeError, RangeError for what is no such file or folder, saying why */
export function readModelFile(packed: PackedModel): ModelFile {
  if (isFolder(packed)) return readFolder(packed);
  const bytes = bytesOf(packed);
  // A header's length never reaches its eighth byte.
  if (bytes[0] === LESS_THAN && bytes[7] !== 0) {
    throw new TypeError("Not a model of rpg-core: the file starts with '<'; is it an error page?");
  }
  const { tensors, metadata } = decodeSafetensors(bytes);
  const manifest = metadata[METADATA_KEY];
  if (manifest === undefined) {
    throw new TypeError(`Not a model of rpg-core: the safetensors metadata lack '${METADATA_KEY}'.`);
  }
  return { manifest: parseManifest(manifest), tensors };
}

function isFolder(packed: PackedModel): packed is ReadonlyMap<string, Uint8Array> {
  return packed instanceof Map;
}

function bytesOf(packed: unknown): Uint8Array {
  if (packed instanceof ArrayBuffer) return new Uint8Array(packed);
  if (ArrayBuffer.isView(packed)) return new Uint8Array(packed.buffer, packed.byteOffset, packed.byteLength);
  const isPromise = typeof packed === 'object' && packed !== null && 'then' in packed;
  throw new TypeError(
    'Expected a Uint8Array or ArrayBuffer (one file) or a Map from names to bytes (a folder), got ' +
      `${isPromise ? 'a promise; await it' : typeof packed}.`,
  );
}

function readFolder(files: ReadonlyMap<string, Uint8Array>): ModelFile {
  const [manifest, weights] = [files.get(MANIFEST_FILE), files.get(WEIGHTS_FILE)];
  if (manifest === undefined || weights === undefined) {
    throw new TypeError(
      `Not a model of rpg-core: the folder lacks ${manifest === undefined ? MANIFEST_FILE : WEIGHTS_FILE}.`,
    );
  }
  if (manifest.length > MAX_MANIFEST_BYTES) {
    throw new RangeError(`The manifest has ${manifest.length} bytes, expected at most ${MAX_MANIFEST_BYTES}.`);
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(manifest);
  } catch (error) {
    throw new TypeError('Not a model of rpg-core: the manifest is not UTF-8.', { cause: error });
  }
  return { manifest: parseManifest(text), tensors: decodeSafetensors(weights).tensors };
}

function parseManifest(text: string): unknown {
  try {
    return parseStrictJson(text, MAX_DEPTH);
  } catch (error) {
    if (!(error instanceof StrictJsonError)) throw error;
    throw new TypeError(`Not a model of rpg-core: the manifest is ${error.message}.`, { cause: error });
  }
}
