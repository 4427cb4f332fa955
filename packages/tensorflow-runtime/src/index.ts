// What others use of this package. Its two other addresses: `register` (README) and `protobuf-wire` (training-kit's events
// for TensorBoard).

// training-kit's choice of a backend, tests of all projects, README
export { type BackendInfo, type Device, devices, loadBackend } from './backend/load-backend.js';
// classification's `evaluate`, bench, README
export { freeze, isFreezable } from './freeze/freeze.js';
// bench: its cache folder, its compiler, and the programs that it runs
export { userCacheFolder } from './provision/cache-folder.js';
export { compilerNames, findCompiler } from './provision/compiler.js';
export { lastLines, type ProgramResult, type RunProgram, runProgram } from './provision/run-program.js';
// classification's `download`
export { createProgress } from './provision/progress.js';
