// Where the provisioned TensorFlow lies: one folder per version, flavour and platform, shared by all checkouts.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { ADDON_FILE } from './addon-build.js';
import { ADDON_BUILD, FLAVOURS, TENSORFLOW_VERSION, type Flavour } from './wheel-pins.js';

/** The tfjs-node-gpu release whose C++ sources the addon is built from; the same as in this package.json. */
export const TFJS_NODE_VERSION = '4.22.0';

export interface CachePaths {
  readonly flavour: Flavour;
  /** The unpacked parts of the wheels, laid out as Python lays them out: the libraries find each other by it. */
  readonly library: string;
  readonly headers: string;
  readonly addon: string;
}

/** The folder that holds everything this package stores; `TENSORFLOW_RUNTIME_CACHE` names another one. */
export function cacheRoot(env: NodeJS.ProcessEnv = process.env): string {
  const own = env.TENSORFLOW_RUNTIME_CACHE;
  if (own !== undefined && own !== '') {
    if (!isAbsolute(own)) {
      throw new RangeError(
        `TENSORFLOW_RUNTIME_CACHE is '${own}', expected an absolute path.\nSet it to a full path, or unset it.`,
      );
    }
    return own;
  }
  const shared = env.XDG_CACHE_HOME;
  // The XDG rules say that a relative path there is to be ignored.
  const base = shared !== undefined && isAbsolute(shared) ? shared : join(homedir(), '.cache');
  return join(base, 'tensorflow-runtime');
}

export function cachePaths(flavour: Flavour, root: string = cacheRoot()): CachePaths {
  const library = join(root, `${TENSORFLOW_VERSION}-${flavour}-${process.platform}-${process.arch}`);
  return {
    flavour,
    library,
    headers: join(library, 'tensorflow', 'include'),
    addon: join(library, 'addon', `tfjs-node-gpu-${TFJS_NODE_VERSION}-build${ADDON_BUILD}`, ADDON_FILE),
  };
}

/** The library folder appears by one rename, so being there means being whole. */
export function hasLibrary(paths: CachePaths): boolean {
  return existsSync(paths.library);
}

export function isProvisioned(paths: CachePaths): boolean {
  return existsSync(paths.addon);
}

/** The provisioned flavour to load: the wanted one where it is there, otherwise any other; null when none is. */
export function findProvisioned(wanted: Flavour, root: string = cacheRoot()): CachePaths | null {
  const inOrder = [wanted, ...FLAVOURS.filter((flavour) => flavour !== wanted)];
  return inOrder.map((flavour) => cachePaths(flavour, root)).find(isProvisioned) ?? null;
}
