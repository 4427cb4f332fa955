// What commands say that can simply be run again when the disk failed them.
import { codeOf } from '../errors.js';
import { DataError } from '../errors.js';

/** The error for a write to `file` that failed with `cause`. */
export function cannotWrite(file: string, cause: unknown): DataError {
  const mend = 'Mend that and run the same command again: what is finished is not done twice.';
  return new DataError(file, `Cannot write ${file}: ${reasonOf(cause)}.\n${mend}`, { cause });
}

/** What the operating system said, in words for the codes that users meet. */
export function reasonOf(cause: unknown): string {
  switch (codeOf(cause)) {
    case 'ENOSPC':
      return 'the disk is full';
    case 'EDQUOT':
      return 'the disk quota is used up';
    case 'EACCES':
    case 'EPERM':
      return 'no permission';
    case 'EROFS':
      return 'the file system is read-only';
    case 'ENOENT':
      return 'there is no such file or folder';
    default:
      return cause instanceof Error ? cause.message : String(cause);
  }
}
