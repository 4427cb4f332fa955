export { cacheRoot, userCacheFolder, type CachePaths } from './cache-folder.js';
export { compilerNames, findCompiler, type Compiler } from './compiler.js';
export { doctor, formatDoctor, type DoctorReport } from './doctor.js';
export {
  DEVICES,
  loadBackend,
  type BackendInfo,
  type Device,
  type LoadOptions,
  type NativeBuild,
} from './load-backend.js';
export { freeze, isFreezable, type FrozenFunction } from './freeze.js';
export { createProgress, type Progress } from './progress.js';
export { provision, type ProvisionOptions, type ProvisionResult } from './provision.js';
export type { Speed } from './speed.js';
export { TENSORFLOW_VERSION, type Flavour } from './wheel-pins.js';
