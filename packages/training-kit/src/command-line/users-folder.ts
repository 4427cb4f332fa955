// Paths as the user means them: from the folder in which the command was typed. nx starts commands in the workspace's
// folder, whatever folder it was called in.
import { isAbsolute, relative, resolve } from 'node:path';

/** Where the user stands: npm's word for it under nx, the current folder else. */
export function usersFolder(): string {
  const { INIT_CWD: typedIn, NX_TASK_TARGET_PROJECT: nxProject } = process.env;
  const isKnown = nxProject !== undefined && typedIn !== undefined && isAbsolute(typedIn);
  return isKnown ? typedIn : process.cwd();
}

/** A path that the user gave, as the program may use it; one below the current folder stays short, for records to be moved. */
export function fromUsersFolder(path: string): string {
  if (path === '' || isAbsolute(path) || usersFolder() === process.cwd()) return path;
  const absolute = resolve(usersFolder(), path);
  const below = relative(process.cwd(), absolute);
  if (below === '') return '.';
  return below.startsWith('..') ? absolute : below;
}

/** A path of the program as the user may type it into a shell where they stand; quoted where a shell needs it. */
export function forUsersShell(path: string): string {
  const isNear = isAbsolute(path) || usersFolder() === process.cwd();
  return shellQuoted(isNear ? path : relative(usersFolder(), resolve(path)) || '.');
}

/** One word for a POSIX shell. */
export function shellQuoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
