// Puts TensorFlow's library and the addon into the user's cache: done once, safe when two processes do it at once,
// and all or nothing: work happens in a folder of its own and appears by one rename.
import { existsSync } from 'node:fs';
import { access, constants, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { messageOf } from '../error-message.js';
import { type AddonBuilder, buildAddon, compilerFlags } from './addon-build.js';
import { buildRecord, CONTENTS_FILE, sealFolder, syncFolder, wrongDigest } from './cache-contents.js';
import {
  type CachePaths,
  cachePaths,
  findCacheRoot,
  findDamage,
  findFolderDamage,
  hasLibrary,
  isProvisioned,
} from './cache-folder.js';
import type { Compiler } from './compiler.js';
import { detectFlavour } from './flavour.js';
import { type Progress, silentProgress } from './progress.js';
import { isAlive, withLock } from './provision-lock.js';
import { checkRequirements, type Machine, thisMachine } from './requirements.js';
import { type Downloader, downloadWithPip, verifyWheel } from './wheels/wheel-download.js';
import { type Flavour, type Release, releases, TENSORFLOW_VERSION } from './wheels/wheel-pins.js';
import { unpackWheel } from './wheels/wheel-unpack.js';
import { writeProblem } from './write-problem.js';

export interface ProvisionOptions {
  /** Default: by what the machine has. */
  readonly flavour?: Flavour;
  /** Default: the user's cache (`cacheRoot`). */
  readonly root?: string;
  readonly progress?: Progress;
  /** Aborting stops the work and removes what it had begun. */
  readonly signal?: AbortSignal;
  readonly release?: Release;
  readonly machine?: Machine;
  readonly download?: Downloader;
  readonly build?: AddonBuilder;
}

/**
 * `ready`: there before; `provisioned`: just made; `unavailable`: the machine lacks something, and `problem` says what
 * and how to mend it. Broken downloads and files that are not the pinned ones are errors instead.
 */
export type ProvisionResult =
  | { readonly status: 'ready' | 'provisioned'; readonly paths: CachePaths }
  | { readonly status: 'unavailable'; readonly problem: string };

/** The addon and the compiler's temporary files. */
const ADDON_BYTES = 50e6;

export async function provision(options: ProvisionOptions = {}): Promise<ProvisionResult> {
  const cache = options.root === undefined ? findCacheRoot() : { root: options.root };
  if ('problem' in cache) return { status: 'unavailable', problem: cache.problem };
  try {
    return await provisionIn(cache.root, options);
  } catch (error) {
    const problem = writeProblem(error);
    if (problem === null) throw error;
    return { status: 'unavailable', problem };
  }
}

async function provisionIn(root: string, options: ProvisionOptions): Promise<ProvisionResult> {
  const { progress = silentProgress, signal, machine = thisMachine() } = options;
  const paths = cachePaths(options.flavour ?? detectFlavour(), root);
  if (await isWhole(paths)) return { status: 'ready', paths };

  const release = options.release ?? releases[paths.flavour];
  const neededBytes = ADDON_BYTES + ((await isLibraryWhole(paths, release)) ? 0 : installBytes(release));
  const { compiler, missing } = await checkRequirements(machine, { folder: root, neededBytes });
  if (compiler === null || missing.length > 0) return { status: 'unavailable', problem: missing.join('\n\n') };

  const unwritable = await createRoot(root);
  if (unwritable !== null) return { status: 'unavailable', problem: unwritable };
  const onWait = (pid: number): void => {
    progress.line(`Another process (${pid}) is provisioning TensorFlow; waiting for it.`);
  };
  return withLock(
    join(root, 'provision.lock'),
    async () => {
      if (await isWhole(paths)) return { status: 'ready', paths };
      await removeLeftovers(root);
      const work = await mkdtemp(join(root, workPrefix(process.pid)));
      try {
        const job = { ...options, paths, release, progress, compiler, work };
        const problem = (await installLibrary(job)) ?? (await installAddon(job));
        if (problem !== null) return { status: 'unavailable', problem };
        progress.line(`TensorFlow ${TENSORFLOW_VERSION} (${paths.flavour}) is ready in ${paths.library}`);
        return { status: 'provisioned', paths };
      } finally {
        await rm(work, { recursive: true, force: true });
      }
    },
    { onWait, signal },
  );
}

async function isWhole(paths: CachePaths): Promise<boolean> {
  return isProvisioned(paths) && (await findDamage(paths)) === null;
}

/** By its list of files; one that was unpacked before there were lists gets one when the files we know are right. */
async function isLibraryWhole({ library }: CachePaths, { knownFiles }: Release): Promise<boolean> {
  if (existsSync(join(library, CONTENTS_FILE))) return (await findFolderDamage(library)) === null;
  return existsSync(library) && knownFiles.length > 0 && (await wrongDigest(library, knownFiles)) === null;
}

interface Job extends ProvisionOptions {
  readonly paths: CachePaths;
  readonly release: Release;
  readonly progress: Progress;
  readonly compiler: Compiler;
  readonly work: string;
}

/** Fetches, checks and unpacks the wheels; null when the library is in place, otherwise the problem. */
async function installLibrary(job: Job): Promise<string | null> {
  const { paths, release, progress, work } = job;
  if (await isLibraryWhole(paths, release)) {
    if (!existsSync(join(paths.library, CONTENTS_FILE))) await sealFolder(paths.library);
    return null;
  }
  if (hasLibrary(paths))
    progress.line(
      `TensorFlow's library in ${paths.library} is damaged, or older than its list of files; fetching it anew.`,
    );
  const unpacked = join(work, 'library');
  const problem = await fetchLibrary(job, unpacked);
  if (problem !== null) return problem;
  await sealFolder(unpacked);
  if (hasLibrary(paths)) {
    // Addons, also those of other checkouts, fit the library as it was meant to be.
    const damaged = join(work, 'damaged-library');
    await rename(paths.library, damaged);
    if (existsSync(join(damaged, 'addon'))) await rename(join(damaged, 'addon'), join(unpacked, 'addon'));
  }
  await rename(unpacked, paths.library);
  await syncFolder(dirname(paths.library));
  return null;
}

async function fetchLibrary(
  { paths, release, progress, work, signal, download = downloadWithPip }: Job,
  target: string,
): Promise<string | null> {
  const totalBytes = sumOf(release.wheels.map((wheel) => wheel.sizeBytes));
  const phase = progress.phase(`Fetching TensorFlow ${TENSORFLOW_VERSION} (${paths.flavour})`, totalBytes);
  let fetchedBytes = 0;
  try {
    for (const wheel of release.wheels) {
      const folder = join(work, 'download');
      await mkdir(folder);
      const onBytes = (received: number): void => {
        phase.update(fetchedBytes + Math.min(received, wheel.sizeBytes));
      };
      const result = await download(wheel, folder, { onBytes, signal });
      if (result.status === 'unreachable') return result.reason;
      await verifyWheel(wheel, result.file);
      await unpackWheel(result.file, target, { signal });
      await rm(folder, { recursive: true });
      fetchedBytes += wheel.sizeBytes;
    }
    return null;
  } finally {
    phase.end();
  }
}

/** Compiles the addon into place; null when done, otherwise the problem. */
async function installAddon({
  paths,
  progress,
  compiler,
  work,
  signal,
  build = buildAddon,
}: Job): Promise<string | null> {
  const home = dirname(paths.addon);
  if (isProvisioned(paths)) {
    if ((await findFolderDamage(home)) === null) return null;
    progress.line(`The addon in ${home} is damaged; compiling it anew.`);
  }
  progress.line('Compiling the addon (about 15 seconds)');
  const output = join(work, 'addon');
  const scratch = join(work, 'compiler');
  await mkdir(output);
  await mkdir(scratch);
  const problem = await build({ compiler, library: paths.library, output, home, scratch, signal });
  if (problem !== null) return problem;
  await sealFolder(output, buildRecord(compiler, compilerFlags));
  await mkdir(dirname(home), { recursive: true });
  if (existsSync(home)) await rename(home, join(work, 'damaged-addon'));
  await rename(output, home);
  await syncFolder(dirname(home));
  return null;
}

async function createRoot(root: string): Promise<string | null> {
  try {
    await mkdir(root, { recursive: true });
    await access(root, constants.W_OK);
    return null;
  } catch (error) {
    return `Cannot write to the cache folder ${root}: ${messageOf(error)}.\nLet TENSORFLOW_RUNTIME_CACHE name a folder you may write to.`;
  }
}

function installBytes(release: Release): number {
  // One wheel at a time lies beside what has been unpacked.
  return release.unpackedBytes + Math.max(...release.wheels.map((wheel) => wheel.sizeBytes));
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function workPrefix(pid: number): string {
  return `.partial-${hostname()}-${pid}-`;
}

/** Removes the work folders of processes of this host that were killed; the lock keeps new ones from appearing. */
async function removeLeftovers(root: string): Promise<void> {
  const prefix = `.partial-${hostname()}-`;
  for (const name of await readdir(root)) {
    if (!name.startsWith(prefix)) continue;
    const pid = Number.parseInt(name.slice(prefix.length), 10);
    if (!isAlive(pid)) await rm(join(root, name), { recursive: true, force: true });
  }
}
