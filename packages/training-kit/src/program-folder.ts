// Where the program's own sources are, wherever the command was typed.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of this file, in the program's repository; where it was installed as a package, that has no commit. */
export const programFolder = dirname(fileURLToPath(import.meta.url));
