// `rpg-core/pieces`: files larger than one array, for programs that write and read them piece by piece.
export {
  LENGTH_BYTES as SAFETENSORS_START_BYTES,
  readSafetensorsHead,
  safetensorsHeadBytes,
  safetensorsTensor,
  type SafetensorsEntry,
  type SafetensorsHead,
} from './safetensors-head.js';
export { safetensorsPieces } from './safetensors-pieces.js';
export { packModelFolderPieces } from './save-model-pieces.js';
export type { SafetensorsDtype, SafetensorsTensor } from './safetensors.js';
export type { SaveOptions } from './save-model.js';
