// errors.ts
export { ConfigError, DataError, exitCodeOf, runMain, type MainSurroundings } from './errors.js';
