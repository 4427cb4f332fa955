export { cacheRoot, userCacheFolder, type CachePaths } from './provision/cache-folder.js';
export { compilerNames, findCompiler, type Compiler } from './provision/compiler.js';
export { doctor, formatDoctor, type DoctorReport } from './doctor.js';
export {
  DEVICES,
  loadBackend,
  type BackendInfo,
  type Device,
  type LoadOptions,
  type NativeBuild,
} from './backend/load-backend.js';
export { freeze, isFreezable } from './freeze/freeze.js';
export type { FrozenFunction } from './freeze/frozen-function.js';
export { createProgress, type Progress } from './provision/progress.js';
export { provision, type ProvisionOptions, type ProvisionResult } from './provision/provision.js';
export type { Speed } from './speed.js';
export { TENSORFLOW_VERSION, type Flavour } from './provision/wheels/wheel-pins.js';
