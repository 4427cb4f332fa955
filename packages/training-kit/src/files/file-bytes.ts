// Whole files in memory, judged by their size first.
import { readFile, stat } from 'node:fs/promises';
import { codeOf, DataError, reasonOf } from '../errors.js';
import { groupedDigits } from '../words/grouped-digits.js';

/** @throws DataError when the file is not there, not a file, unreadable or larger than `maxBytes` */
export async function readFileBytes(file: string, maxBytes: number): Promise<Buffer> {
  const found = await stat(file).catch((cause: unknown) => {
    throw new DataError(file, `Cannot read ${file}: ${readReason(cause)}.`, { cause });
  });
  if (!found.isFile()) throw new DataError(file, `Cannot read ${file}: it is not a file.`);
  if (found.size > maxBytes) {
    throw new DataError(
      file,
      `Cannot read ${file}: ${groupedDigits(found.size)} bytes, expected ${groupedDigits(maxBytes)} at most. Is it the right file?`,
    );
  }
  return readFile(file).catch((cause: unknown) => {
    throw new DataError(file, `Cannot read ${file}: ${readReason(cause)}.`, { cause });
  });
}

/** What the operating system said, in words for the codes that users meet. */
export function readReason(cause: unknown): string {
  const code = codeOf(cause);
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EACCES' || code === 'EPERM') return 'no permission to read it';
  return reasonOf(cause);
}
