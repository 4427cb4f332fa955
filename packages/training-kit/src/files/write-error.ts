// What is said of a file that cannot be written: why, and what to do about it.
import { codeOf, DataError, reasonOf } from '../errors.js';

/** The error for a run's file. A run can be resumed, and keeps to its folder. */
export function writeError(file: string, cause: unknown): DataError {
  return new DataError(file, `Cannot write ${file}: ${reasonInRun(cause)}`, { cause });
}

/** The error for a file of a command that goes on where it was when it is run again, as a download does. */
export function writeErrorOfRepeatable(file: string, cause: unknown): DataError {
  const mend = 'Mend that and run the same command again: what is finished is not done twice.';
  return new DataError(file, `Cannot write ${file}: ${systemReason(cause)}.\n${mend}`, { cause });
}

function reasonInRun(cause: unknown): string {
  switch (codeOf(cause)) {
    case 'ENOSPC':
      return 'the disk is full. Free some space and go on with --resume; the files written before are intact.';
    case 'EDQUOT':
      return 'the disk quota is used up. Free some space and go on with --resume; the files written before are intact.';
    case 'ENOENT':
      return 'its folder does not exist. It was there when the run began; was it moved or deleted?';
    default:
      return placeReason(cause);
  }
}

/** Why a place takes nothing new, and the mend where there is one; the system's own words for other causes. */
export function placeReason(cause: unknown): string {
  switch (codeOf(cause)) {
    case 'EACCES':
    case 'EPERM':
      return 'no permission. Make its folder writable, or choose another folder.';
    case 'EROFS':
      return 'the file system is read-only. Choose another folder.';
    default:
      return reasonOf(cause);
  }
}

/** Why the system refused, in words for the codes that users meet; they end a sentence. */
export function systemReason(cause: unknown): string {
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
      return reasonOf(cause);
  }
}
