// `rpg-core/pieces`: files that are larger than one array can be, written and read piece by piece.
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
