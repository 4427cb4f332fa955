// Folders for what a program writes, made where they are missing.
import { existsSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { codeOf, DataError } from '../errors.js';
import { placeReason } from './write-error.js';

/**
 * Makes `folder`, and those above it, where they are missing.
 *
 * @throws DataError naming the folder that takes no new one
 */
export async function makeFolders(folder: string): Promise<void> {
  const missing: string[] = [];
  let parent = resolve(folder);
  for (; !existsSync(parent); parent = dirname(parent)) missing.unshift(parent);
  try {
    if (missing.length === 0 && !(await stat(folder)).isDirectory()) await mkdir(folder); // says what is wrong
    // One by one: Node's own way to make them all tries for ever in a place that takes no folders, as /proc is.
    for (const path of missing) await mkdir(path).catch((error: unknown) => passIfFolder(path, error));
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    const why =
      code === 'ENOENT' // of a folder whose parent was just seen: it takes none, as /proc does
        ? `no folder can be made in ${parent}. Choose another folder.`
        : code === 'EEXIST' || code === 'ENOTDIR'
          ? `${existsSync(folder) ? folder : parent} is a file. Choose another folder.`
          : placeReason(error);
    throw new DataError(folder, `Cannot write ${folder}: ${why}`, { cause: error });
  }
}

/** Another program may have made it in the meantime. */
async function passIfFolder(path: string, error: unknown): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() !== true) throw error;
}
