// Where the provisioned TensorFlow lies: one folder per version, flavour and platform, shared by all checkouts.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { ADDON_FILE, CLUSTER_FILE, SETTINGS_FILE } from './addon-build.js';
import { wrongDigest, wrongSize } from './cache-contents.js';
import { ADDON_BUILD, type Flavour, flavours, TENSORFLOW_VERSION } from './wheels/wheel-pins.js';

/** The tfjs-node-gpu release whose C++ sources the addon is built from; the same as in this package.json. */
export const TFJS_NODE_VERSION = '4.22.0';

export interface CachePaths {
  readonly flavour: Flavour;
  /** The unpacked parts of the wheels, laid out as Python lays them out: the libraries find each other by it. */
  readonly library: string;
  readonly headers: string;
  readonly addon: string;
  /** The addon's companion that makes settings for native code. */
  readonly settings: string;
  /** The companion that joins processes to a cluster. */
  readonly cluster: string;
}

/** The folder for everything this package stores, or why there is none. */
export type CacheRoot = { readonly root: string } | { readonly problem: string };

/**
 * The folder that holds everything this package stores; `TENSORFLOW_RUNTIME_CACHE` names another one.
 *
 * @throws RangeError when `TENSORFLOW_RUNTIME_CACHE` is no absolute path
 * @throws Error when nothing is set and the user has no home folder
 */
export function cacheRoot(env: NodeJS.ProcessEnv = process.env, home: () => string = homedir): string {
  const found = findCacheRoot(env, home);
  if ('problem' in found) throw new Error(found.problem);
  return found.root;
}

/** The same where having none is no error. @throws RangeError when `TENSORFLOW_RUNTIME_CACHE` is no absolute path */
export function findCacheRoot(env: NodeJS.ProcessEnv = process.env, home: () => string = homedir): CacheRoot {
  const own = env.TENSORFLOW_RUNTIME_CACHE;
  if (own !== undefined && own !== '') {
    if (!isAbsolute(own)) {
      throw new RangeError(
        `TENSORFLOW_RUNTIME_CACHE is '${own}', expected an absolute path.\nSet it to a full path, or unset it.`,
      );
    }
    return { root: own };
  }
  const root = userCacheFolder('tensorflow-runtime', env, home);
  if (root !== null) return { root };
  const folder = homeFolder(home);
  return {
    problem:
      `There is no folder for TensorFlow: HOME is ${folder === '' ? 'empty or not set' : `'${folder}'`}, expected an absolute path.\n` +
      'Let TENSORFLOW_RUNTIME_CACHE name a folder that you may write to, or set HOME.',
  };
}

/** Where a program called `name` keeps what it can make again, once a user; null for a user who has no home folder. */
export function userCacheFolder(name: string, env: NodeJS.ProcessEnv, home: () => string): string | null {
  const shared = env.XDG_CACHE_HOME;
  // The XDG rules say that a relative path there is to be ignored.
  if (shared !== undefined && isAbsolute(shared)) return join(shared, name);
  const folder = homeFolder(home);
  return isAbsolute(folder) ? join(folder, '.cache', name) : null;
}

/** '' for a user without an entry in the system's list, where HOME is not set either. */
function homeFolder(home: () => string): string {
  try {
    return home();
  } catch {
    return '';
  }
}

export function cachePaths(flavour: Flavour, root: string = cacheRoot()): CachePaths {
  const library = join(root, `${TENSORFLOW_VERSION}-${flavour}-${process.platform}-${process.arch}`);
  const addonFolder = join(library, 'addon', `tfjs-node-gpu-${TFJS_NODE_VERSION}-build${ADDON_BUILD}`);
  return {
    flavour,
    library,
    headers: join(library, 'tensorflow', 'include'),
    addon: join(addonFolder, ADDON_FILE),
    settings: join(addonFolder, SETTINGS_FILE),
    cluster: join(addonFolder, CLUSTER_FILE),
  };
}

/** The library folder appears by one rename; whether it is still whole, `findDamage` tells. */
export function hasLibrary(paths: CachePaths): boolean {
  return existsSync(paths.library);
}

export function isProvisioned(paths: CachePaths): boolean {
  return existsSync(paths.addon);
}

/** The provisioned flavour to load: the wanted one where it is there, otherwise any other; null when none is. */
export function findProvisioned(wanted: Flavour, root: string = cacheRoot()): CachePaths | null {
  const inOrder = [wanted, ...flavours.filter((flavour) => flavour !== wanted)];
  return inOrder.map((flavour) => cachePaths(flavour, root)).find(isProvisioned) ?? null;
}

/** By the sizes of what will be loaded, in a millisecond: a file cut short or missing, as a clause; null when all is well. */
export function findCutFile(paths: CachePaths): string | null {
  return wrongSize(dirname(paths.addon)) ?? wrongSize(paths.library, (path) => !path.endsWith('.h'));
}

/** By the sums of all files, which takes about a second: the first that is not what was written, as a clause. */
export async function findDamage(paths: CachePaths): Promise<string | null> {
  return (await findFolderDamage(dirname(paths.addon))) ?? (await findFolderDamage(paths.library));
}

/** The same for the addon's folder or the library's alone. */
export async function findFolderDamage(folder: string): Promise<string | null> {
  return wrongSize(folder) ?? (await wrongDigest(folder));
}
