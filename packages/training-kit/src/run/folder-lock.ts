// One process at a time writes into a folder. Who has it is told by a numbered file that is made exclusively; the lock of
// a process that is gone is taken over by making the next number, which again only one can.
import {
  existsSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { codeOf, DataError } from '../errors.js';
import { writeError } from '../files/write-error.js';
import { formatDuration } from '../words/duration.js';

export interface FolderLock {
  /** To be called before something is written that another process must not see mixed. @throws DataError when the folder was lost */
  check(): void;
  /** Lets go of the folder; the end of the process does so too. */
  release(): void;
}

/** Who holds a folder, as its lock file says. */
interface Owner {
  readonly pid: number;
  readonly host: string;
  /** Where `pid` means what it does here: machine, its boot, and the container's own list of processes. */
  readonly place: string;
  /** When the process began, in the system's own count; '' where that is not told. A number may be given again. */
  readonly processStart: string;
  /** ISO time of the lock. */
  readonly since: string;
}

interface LockFile {
  readonly number: number;
  readonly file: string;
  /** Undefined for one that is just being written, or cannot be read. */
  readonly owner: Owner | undefined;
  /** Since its process last gave a sign of life. */
  readonly ageMs: number;
}

const lockFile = /^lock\.(\d+)\.json$/;
const SIGN_OF_LIFE_MS = 15_000;
/** A process of another place, which cannot be asked, is gone when it gave no sign of life for this long. */
export const GONE_AFTER_MS = 300_000;
/** A lock without an owner is being written; longer than this it cannot take. */
const WRITTEN_WITHIN_MS = 10_000;

/** Locks of this process by folder, with how often each was asked for. */
const held = new Map<string, { count: number; file: string; timer: NodeJS.Timeout }>();

/** True for the name of a lock file. */
export function isLockFile(name: string): boolean {
  return lockFile.test(name);
}

/** True while a process has `folder`; this one too. */
export function isFolderHeld(folder: string): boolean {
  if (held.has(resolve(folder))) return true;
  return existsSync(folder) && locksIn(folder).some(({ owner, ageMs }) => isAlive(owner, ageMs));
}

/**
 * Takes `folder`, which must exist, for this process; a process may take a folder several times.
 *
 * @throws DataError when another process has it, or the folder cannot be written
 */
export function lockFolder(folder: string): FolderLock {
  const path = resolve(folder);
  const lock = held.get(path) ?? { count: 0, file: take(folder), timer: startSigns(path) };
  lock.count++;
  held.set(path, lock);
  let isHeld = true;
  return {
    check() {
      const own = held.get(path);
      const locks = locksIn(folder);
      if (own === undefined || locks.some(({ file }) => file === own.file)) return;
      const other = locks.find(({ owner, ageMs }) => isAlive(owner, ageMs));
      if (other !== undefined) throw inUse(folder, other);
      own.file = take(folder); // someone tidied up
    },
    release() {
      if (isHeld && --lock.count === 0) letGo(path);
      isHeld = false;
    },
  };
}

/** @returns the lock file made */
function take(folder: string): string {
  for (;;) {
    const before = locksIn(folder);
    const taken = before.find(({ owner, ageMs }) => isAlive(owner, ageMs));
    if (taken !== undefined) throw inUse(folder, taken);
    const file = join(folder, `lock.${Math.max(0, ...before.map(({ number }) => number)) + 1}.json`);
    try {
      writeFileSync(file, JSON.stringify(thisProcess()), { flag: 'wx' });
    } catch (error) {
      if (codeOf(error) === 'EEXIST') continue; // another was first
      if (codeOf(error) !== 'ENOENT') rmSync(file, { force: true }); // a full disk: it was made, but not written
      throw writeError(file, error);
    }
    // One that had looked before an owner let go may have made a number below.
    const other = locksIn(folder).find((lock) => lock.file !== file && isAlive(lock.owner, lock.ageMs));
    if (other !== undefined) {
      rmSync(file, { force: true });
      throw inUse(folder, other);
    }
    for (const { file: stale } of before) rmSync(stale, { force: true });
    return file;
  }
}

function letAllGo(): void {
  for (const path of held.keys()) letGo(path);
}

/** Tells those who cannot see this process that it lives; between steps, since timers wait for a busy thread. */
function startSigns(path: string): NodeJS.Timeout {
  if (!process.listeners('exit').includes(letAllGo)) process.on('exit', letAllGo);
  return setInterval(() => {
    try {
      const now = new Date();
      utimesSync(held.get(path)?.file ?? '', now, now);
    } catch {
      // What became of the lock is seen by `check`.
    }
  }, SIGN_OF_LIFE_MS).unref();
}

function letGo(path: string): void {
  const lock = held.get(path);
  if (lock === undefined) return;
  held.delete(path);
  clearInterval(lock.timer);
  try {
    const { pid, place } = JSON.parse(readFileSync(lock.file, 'utf8')) as Owner;
    if (pid === process.pid && place === thisProcess().place) rmSync(lock.file, { force: true });
  } catch {
    // Gone already, or the disk is: a lock that stays is taken over.
  }
}

function locksIn(folder: string): LockFile[] {
  return readdirSync(folder)
    .filter(isLockFile)
    .flatMap((name) => {
      const file = join(folder, name);
      try {
        const ageMs = Math.max(0, Date.now() - statSync(file).mtimeMs);
        return [{ number: Number(lockFile.exec(name)![1]), file, owner: ownerIn(file), ageMs }];
      } catch {
        return []; // let go between the two looks
      }
    });
}

function ownerIn(file: string): Owner | undefined {
  try {
    const owner = JSON.parse(readFileSync(file, 'utf8')) as Partial<Owner> | null;
    const { pid, host, place, processStart, since } = owner ?? {};
    if (typeof pid !== 'number' || typeof host !== 'string' || typeof place !== 'string') return undefined;
    return { pid, host, place, processStart: String(processStart), since: String(since) };
  } catch {
    return undefined;
  }
}

function isAlive(owner: Owner | undefined, ageMs: number): boolean {
  if (owner === undefined) return ageMs < WRITTEN_WITHIN_MS;
  const here = thisProcess();
  if (owner.place !== here.place) return ageMs < GONE_AFTER_MS;
  if (owner.pid === here.pid) return false; // this process's own, or of one that had its number before
  return isRunning(owner.pid) && processStartOf(owner.pid) === owner.processStart;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM'; // it runs, and is another user's
  }
}

function thisProcess(): Owner {
  const place = [hostname(), linuxFact(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim())];
  place.push(linuxFact(() => readlinkSync('/proc/self/ns/pid')));
  return {
    pid: process.pid,
    host: hostname(),
    place: place.join(' '),
    processStart: processStartOf(process.pid),
    since: new Date().toISOString(),
  };
}

/** Clock ticks from the machine's start to the process's: field 22, counted behind the name, which may hold anything. */
function processStartOf(pid: number): string {
  return linuxFact(() => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  });
}

/** '' on systems that do not tell. */
function linuxFact(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}

function inUse(folder: string, { file, owner, ageMs }: LockFile): DataError {
  const holder = owner === undefined ? 'another process' : `process ${owner.pid} on ${owner.host}`;
  const since = owner === undefined ? '' : ` since ${owner.since}`;
  const isElsewhere = owner !== undefined && owner.place !== thisProcess().place;
  const gone =
    ` Its last sign of life is ${formatDuration(ageMs / 1000)} old; after ${formatDuration(GONE_AFTER_MS / 1000)} ` +
    `without one it counts as ended. If you know that it has, remove ${file}.`;
  return new DataError(
    folder,
    `The run folder ${folder} is in use: ${holder} has it${since}. Wait until that has ended, or name another folder.` +
      (isElsewhere ? gone : ''),
  );
}
