// What must hold in a process before tfjs-node-gpu is loaded into it.
import { createRequire } from 'node:module';
import { linkAddon } from './addon-link.js';
import { findProvisioned, type CachePaths } from './cache-folder.js';
import { detectFlavour } from './flavour.js';

/** The remedy is the same wherever TensorFlow is asked for and missing. */
export const NOT_PROVISIONED =
  'TensorFlow is not provisioned on this machine: its cache folder holds no addon for tfjs-node-gpu.\n' +
  'Run `npx tensorflow-runtime provision` once (274 MB to fetch), or `npx tensorflow-runtime doctor` to see what is there.';

/**
 * Links the provisioned addon into node_modules, gives it what newer Nodes took away and quiets TensorFlow's start-up lines.
 * After it `require('@tensorflow/tfjs-node-gpu')` works. Null, and nothing done, when TensorFlow is not provisioned.
 */
export function prepareProcess(): CachePaths | null {
  const paths = findProvisioned(detectFlavour());
  if (paths === null) return null;
  linkAddon(paths.addon);
  // 2: errors only. TensorFlow reads it when its library is loaded.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  // By itself TensorFlow takes oneDNN's convolutions on newer processors only; the same code everywhere is what is tested.
  process.env.TF_ENABLE_ONEDNN_OPTS ??= '1';
  replaceRemovedUtil();
  return paths;
}

/** tfjs-node-gpu 4.22 calls two functions of `node:util` that Node 22 warns of and Node 23 no longer has. */
function replaceRemovedUtil(): void {
  // The object that require returns is the one tfjs-node-gpu sees; an import would be a frozen view of it.
  const util = createRequire(import.meta.url)('node:util') as Record<string, unknown>;
  util.isNullOrUndefined = (value: unknown) => value === null || value === undefined;
  util.isArray = Array.isArray;
}
