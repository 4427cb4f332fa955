export { cachePaths, cacheRoot, type CachePaths } from './cache-folder.js';
export { DEVICES, loadBackend, type BackendInfo, type Device, type LoadOptions } from './load-backend.js';
export { provision, type ProvisionOptions, type ProvisionResult } from './provision.js';
export { TENSORFLOW_VERSION, type Flavour } from './wheel-pins.js';
