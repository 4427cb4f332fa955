// The class folders of a split and the images in them, by their names. What cannot be looked at is an error: a class that
// silently counts as a stray file would be missing from the network, and change the ids of the others.
import { lstat, readdir, readlink, stat } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { DataError, reasonOf } from 'training-kit/errors';
import { otherProgramOf } from './other-programs.js';

/** The images of train or of val. */
export interface Listing {
  readonly folder: string;
  /** By class, in the Unicode form that all class names are compared in (NFC). */
  readonly classes: ReadonlyMap<string, ClassFolder>;
  /** Files that are no images by their names. */
  readonly numOthers: number;
  /** How many files were left out by the name of another program's folder or file. */
  readonly ofOtherPrograms: ReadonlyMap<string, number>;
  /** Files whose names are no UTF-8, escaped. */
  readonly unreadableNames: readonly string[];
}

export interface ClassFolder {
  /** Its name on the disk. */
  readonly folder: string;
  /** Sorted paths inside it. */
  readonly images: readonly string[];
}

export const extensions: readonly string[] = ['.jpg', '.jpeg', '.png', '.webp'];

/**
 * Lists the images below `folder`, in any depth below their class folder, without opening one.
 *
 * @throws DataError for what might be a class folder and cannot be looked at, and for two of the same name
 */
export async function listImages(folder: string): Promise<Listing> {
  const classes = new Map<string, ClassFolder>();
  const ofOtherPrograms = new Map<string, number>();
  const unreadableNames: string[] = [];
  let numOthers = 0;
  for (const bytes of await rawNamesIn(folder)) {
    const name = bytes.toString();
    if (name.startsWith('.')) continue;
    if (!isUtf8(bytes)) {
      if (await isFolderAt(Buffer.concat([Buffer.from(join(folder, sep)), bytes]))) throw oddName(folder, bytes);
      numOthers++;
      continue;
    }
    const at = join(folder, name);
    if (otherProgramOf(name) !== undefined) {
      count(ofOtherPrograms, name, (await isFolderAt(at)) ? (await filesBelow(at)).length : 1);
      continue;
    }
    if (!(await isFolder(at, 'a class'))) {
      numOthers++;
      continue;
    }
    const images: string[] = [];
    for (const path of await filesBelow(at)) {
      const program = path.split(sep).map(otherProgramOf).find(Boolean);
      if (program !== undefined) count(ofOtherPrograms, program);
      else if (!extensions.includes(extname(path).toLowerCase())) numOthers++;
      else if (path.includes('\uFFFD') && !(await isThere(join(at, path)))) unreadableNames.push(join(name, path));
      else images.push(path);
    }
    const key = name.normalize('NFC');
    if (classes.has(key)) throw twice(folder, key);
    classes.set(key, { folder: name, images: images.sort() });
  }
  const byName = new Map([...ofOtherPrograms].sort(([a], [b]) => (a < b ? -1 : 1)));
  return { folder, classes, numOthers, ofOtherPrograms: byName, unreadableNames };
}

/**
 * Whether a folder is at `path`, or at the end of the link that is there.
 *
 * @param what it should be, for errors
 * @throws DataError for a link that leads nowhere, a disk that does not answer, a missing permission
 */
export async function isFolder(path: string, what: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOTDIR') return false; // a file stands where the folder above should be
    const isGone = code === 'ENOENT';
    if (isGone && (await lstat(path).catch(() => undefined)) === undefined) return false;
    const reason = isGone
      ? `it is a link to ${await readlink(path)}, and nothing is there. Is a disk not mounted?`
      : `${message}.`;
    throw new DataError(
      path,
      `Cannot look at ${path}, which may be ${what}: ${reason}\n` + 'Mend it, or remove it from train and val.',
      { cause },
    );
  }
}

/** Names in `folder`, sorted. */
async function rawNamesIn(folder: string): Promise<Buffer[]> {
  const names = await readdir(folder, { encoding: 'buffer' }).catch((cause: unknown) => {
    throw unreadable(folder, cause);
  });
  return names.sort((a, b) => (a.toString() < b.toString() ? -1 : 1));
}

/** Paths relative to `folder` of all that is no folder; without names that begin with a dot, and what is below them. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
    throw unreadable(folder, cause);
  });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((path) => !path.split(sep).some((name) => name.startsWith('.')));
}

export function unreadable(folder: string, cause: unknown): DataError {
  return new DataError(folder, `Cannot read ${folder}: ${reasonOf(cause)}.`, {
    cause,
  });
}

function oddName(folder: string, name: Buffer): DataError {
  const path = join(folder, escaped(name));
  return new DataError(
    path,
    `Cannot read ${path}: its name is no UTF-8 (the bytes that are not are shown as \\x..).\n` +
      'Rename the class folder, in train and val alike.',
  );
}

function twice(folder: string, name: string): DataError {
  return new DataError(
    folder,
    `${folder} has two class folders called ${name}, whose accents are composed in two ways (Unicode NFC and NFD).\n` +
      'For all people they are one class: move the images into one of them.',
  );
}

function isUtf8(name: Buffer): boolean {
  return Buffer.from(name.toString()).equals(name);
}

/** ASCII as it is, all other bytes as \xNN. */
function escaped(name: Buffer): string {
  return Array.from(name, (byte) =>
    byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`,
  ).join('');
}

async function isFolderAt(path: string | Buffer): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

function count(counts: Map<string, number>, name: string, more = 1): void {
  counts.set(name, (counts.get(name) ?? 0) + more);
}
