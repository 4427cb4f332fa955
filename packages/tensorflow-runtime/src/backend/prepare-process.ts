// What must hold in a process before tfjs-node-gpu is loaded into it.
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { type BuildRecord, readContents } from '../provision/cache-contents.js';
import { type CachePaths, findCacheRoot, findCutFile, findProvisioned } from '../provision/cache-folder.js';
import { detectFlavour } from '../provision/flavour.js';
import { answerWith } from './addon-lookup.js';
import { makeProcessSettings, type ProcessSettings } from './process-settings.js';

export interface Prepared {
  readonly paths: CachePaths;
  readonly settings: ProcessSettings;
  readonly build: BuildRecord | null;
}

/** Why TensorFlow cannot be loaded: in one line, what is wrong and what to do; and the same for a person who asked for it. */
export interface Unprepared {
  readonly reason: string;
  readonly remedy: string;
  readonly message: string;
  readonly cause?: unknown;
}

/**
 * Says where the provisioned addon is, makes the settings of native code and gives tfjs-node-gpu what newer Nodes took away.
 * After it `require('@tensorflow/tfjs-node-gpu')` works. Where TensorFlow is not there, or not whole, nothing is done.
 *
 * @throws RangeError for a setting that is not valid
 */
export function prepareProcess(): Prepared | Unprepared {
  const cache = findCacheRoot();
  if ('problem' in cache) {
    const remedy =
      'let TENSORFLOW_RUNTIME_CACHE name a folder and run `npx tensorflow-runtime provision` for TensorFlow';
    return { reason: 'There is no home folder with a TensorFlow', remedy, message: cache.problem };
  }
  const paths = findProvisioned(detectFlavour(), cache.root);
  if (paths === null) {
    return {
      reason: 'TensorFlow is not provisioned',
      remedy: 'run `npx tensorflow-runtime provision` for TensorFlow',
      message:
        'TensorFlow is not provisioned on this machine: its cache folder holds no addon for tfjs-node-gpu.\n' +
        'Run `npx tensorflow-runtime provision` once (274 MB to fetch), or `npx tensorflow-runtime doctor` to see what is there.',
    };
  }
  const cut = findCutFile(paths);
  if (cut !== null) return damaged(cut);
  const { build = null } = readContents(dirname(paths.addon));
  const settings = makeProcessSettings(paths.settings);
  answerWith(paths.addon);
  replaceRemovedUtil();
  return { paths, settings, build };
}

/** `what` is a clause: what was found and what was expected. */
export function damaged(what: string): Unprepared {
  return {
    reason: `The provisioned TensorFlow is damaged (${what})`,
    remedy: 'run `npx tensorflow-runtime provision`, which mends it',
    message: `The provisioned TensorFlow is damaged: ${what}.\nRun \`npx tensorflow-runtime provision\`, which mends it.`,
  };
}

/** tfjs-node-gpu 4.22 calls two functions of `node:util` that Node 22 warns of and Node 23 no longer has. */
function replaceRemovedUtil(): void {
  // The object that require returns is the one tfjs-node-gpu sees; an import would be a frozen view of it.
  const util = createRequire(import.meta.url)('node:util') as Record<string, unknown>;
  util.isNullOrUndefined = (value: unknown) => value === null || value === undefined;
  util.isArray = Array.isArray;
}
