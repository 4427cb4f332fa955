// The lists of a run's examples, one name a line: RUN/data/train-<digest>.txt. A list that changes becomes another file,
// so that all that a run was ever trained on can be looked up.
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../files/atomic-file.js';
import { writeError } from '../files/write-error.js';
import { type DataAtHand, namedExamples, type SplitIdentity } from './identity.js';

/** Below a run's folder. */
export const LISTS_FOLDER = 'data';

/** Writes the lists of the splits that have names, unless they are there. @throws DataError when that cannot be */
export async function writeLists(runFolder: string, { splits }: DataAtHand): Promise<void> {
  for (const [name, { names, digest, numExamples }] of Object.entries(splits)) {
    if (names === undefined || numExamples === 0) continue;
    const file = listFile(runFolder, name, digest);
    if (existsSync(file)) continue;
    await mkdir(join(runFolder, LISTS_FOLDER), { recursive: true }).catch((cause: unknown) => {
      throw writeError(file, cause);
    });
    await writeFileAtomically(file, Array.from(names(), (line) => `${escaped(line)}\n`).join(''));
  }
}

/** The names of a split, in order; undefined where the list is not there, or is not the one that was written. */
export async function readList(
  runFolder: string,
  name: string,
  { digest, numExamples }: SplitIdentity,
): Promise<readonly string[] | undefined> {
  if (numExamples === 0) return [];
  const text = await readFile(listFile(runFolder, name, digest), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const names = text.split('\n').slice(0, -1).map(unescaped);
  const read = namedExamples(() => names);
  // By number too: a line's end that became a zero byte makes one name of two, with the digest of both.
  return read.digest === digest && read.numExamples === numExamples ? names : undefined;
}

function listFile(runFolder: string, name: string, digest: string): string {
  return join(runFolder, LISTS_FOLDER, `${name}-${digest}.txt`);
}

function escaped(name: string): string {
  return name.replace(/[\\\n\r]/g, (mark) => ({ '\\': '\\\\', '\n': '\\n', '\r': '\\r' })[mark]!);
}

function unescaped(line: string): string {
  return line.replace(/\\(.)/g, (_, mark: string) => ({ n: '\n', r: '\r' })[mark] ?? mark);
}
