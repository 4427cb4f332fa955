// Lets one process provision at a time: a lock file that others wait for, and may take over when its owner is gone.
// Results appear by one atomic rename, so even two owners at once would only do the same work twice.
import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

export interface LockOptions {
  /** Called once, when another process holds the lock. */
  readonly onWait?: (ownerPid: number) => void;
  readonly signal?: AbortSignal | undefined;
  readonly pollMs?: number;
  /** A lock untouched for this long is stale, whoever wrote it. */
  readonly staleMs?: number;
}

interface Owner {
  readonly pid: number;
  readonly host: string;
}

/** Runs `work` while holding the lock `file`; waits as long as another live process holds it. */
export async function withLock<T>(file: string, work: () => Promise<T>, options: LockOptions = {}): Promise<T> {
  const staleMs = options.staleMs ?? 120_000;
  await acquire(file, staleMs, options);
  // The touch tells waiters, also those on other hosts of a shared home, that the owner is alive.
  const heartbeat = setInterval(() => void touch(file), staleMs / 8);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    await rm(file, { force: true });
  }
}

async function acquire(file: string, staleMs: number, { onWait, signal, pollMs = 500 }: LockOptions): Promise<void> {
  const own: Owner = { pid: process.pid, host: hostname() };
  let hasWaited = false;
  for (;;) {
    signal?.throwIfAborted();
    if (await tryCreate(file, JSON.stringify(own))) return;
    const text = await readIfThere(file);
    if (text === null) continue; // let go between the two calls
    const owner = parseOwner(text);
    if (await isStale(file, owner, staleMs)) {
      await removeStale(file, text);
      continue;
    }
    if (!hasWaited) onWait?.(owner?.pid ?? 0);
    hasWaited = true;
    await delay(pollMs, undefined, signal === undefined ? {} : { signal });
  }
}

async function tryCreate(file: string, text: string): Promise<boolean> {
  try {
    await writeFile(file, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

async function isStale(file: string, owner: Owner | null, staleMs: number): Promise<boolean> {
  const age = await ageMs(file);
  if (age === null || age > staleMs) return true;
  // An unreadable owner is one that is just being written; its age decides.
  return owner !== null && owner.host === hostname() && !isAlive(owner.pid);
}

/** Renames before removing: of two waiters only one gets the file, and a lock taken meanwhile is put back. */
async function removeStale(file: string, staleText: string): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw error;
  }
  if ((await readIfThere(aside)) === staleText) await rm(aside, { force: true });
  else await rename(aside, file);
}

/** Whether a process of this host runs; one that may not be signalled (EPERM) runs too. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}

function parseOwner(text: string): Owner | null {
  try {
    const owner = JSON.parse(text) as Partial<Owner> | null;
    if (typeof owner?.pid !== 'number' || typeof owner.host !== 'string') return null;
    return { pid: owner.pid, host: owner.host };
  } catch {
    return null;
  }
}

async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

async function ageMs(file: string): Promise<number | null> {
  try {
    return Date.now() - (await stat(file)).mtimeMs;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

async function touch(file: string): Promise<void> {
  const now = new Date();
  // A lock that was removed by hand is no reason to stop the work it guards.
  await utimes(file, now, now).catch(() => undefined);
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
