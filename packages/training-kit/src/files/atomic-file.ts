// Files that are there whole or not at all, whatever moment the process or the machine dies at.
import { randomBytes } from 'node:crypto';
import { open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { codeOf } from '../errors.js';
import { writeError } from './write-error.js';

const temporaryName = /^\..+\.[0-9a-f]{12}\.part$/;

/**
 * Writes `file` whole: into a temporary name beside it, to the disk, then renamed over an older file of that name.
 *
 * @param content the bytes or the text; or pieces of it, written one behind the other, of any size together
 * @throws DataError when the disk is full, the folder read-only or the like; an older `file` is then untouched and
 *   nothing temporary is left
 */
export async function writeFileAtomically(
  file: string,
  content: Uint8Array | string | readonly Uint8Array[],
): Promise<void> {
  const temporary = join(dirname(file), `.${basename(file)}.${randomBytes(6).toString('hex')}.part`);
  try {
    const handle = await open(temporary, 'wx');
    try {
      await writeFile(handle, content); // Node writes half a MiB at a time, however large a piece is
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
    await syncFolder(dirname(file));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined); // the first error is the one to tell
    throw writeError(file, error);
  }
}

/** Removes what writers that were killed left in `folder`. Only for the one process that writes there. */
export async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (isLeftover(name)) await rm(join(folder, name), { force: true });
  }
}

/** True for the name of a file that a writer did not finish. */
export function isLeftover(name: string): boolean {
  return temporaryName.test(name);
}

/** What file systems say that know no syncing of folders: CIFS, vboxsf, some of FUSE, Windows. */
const noFolderSync: ReadonlySet<unknown> = new Set([
  'EINVAL',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EISDIR',
  'EPERM',
  'EACCES',
  'EBADF',
]);

/** A rename is on the disk only when its folder is. Where folders cannot be synced, the file system has its own ways. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    await handle.sync().finally(() => handle.close());
  } catch (error) {
    if (!noFolderSync.has(codeOf(error))) throw error;
  }
}
