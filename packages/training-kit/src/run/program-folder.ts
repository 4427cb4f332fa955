// Where the program's own sources are, wherever the command was typed, and their commit.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type GitState, gitState } from './system-facts.js';

/** The folder of this file, in the program's repository; where it was installed as a package, that has no commit. */
export const programFolder = dirname(fileURLToPath(import.meta.url));

let asked: Promise<GitState | undefined> | undefined;

/** The commit of the program's own sources when it was first asked for; undefined where they are in no repository. */
export function programGit(): Promise<GitState | undefined> {
  return (asked ??= gitState(programFolder));
}
