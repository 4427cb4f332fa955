// Errors of a disk that cannot be written to, said with what a person can do about them.

/** Codes of a system that has no room or gives no right to write, which a person can mend. */
const notWritable: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'EFBIG']);

/** What the machine or its settings do not allow, with its mend; null for all other errors. */
export function writeProblem(error: unknown): string | null {
  const code = errorCode(error) ?? (error instanceof Error ? errorCode(error.cause) : null);
  if (code !== null && notWritable.has(code) && error instanceof Error) {
    return (
      `Cannot write to the cache folder: ${firstLine(error.message)}\n` +
      'Free some space, or let TENSORFLOW_RUNTIME_CACHE name a folder on another disk that you may write to.'
    );
  }
  return null;
}

function errorCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
