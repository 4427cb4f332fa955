// The error classes of the house, and what a caught error says.

/** A setting that cannot be: wrong value, unknown key, flags that contradict. The program was called wrongly: exit 2. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  /** Path of the key at fault, dots between levels, as in `data.folder`; empty when no single key is. */
  readonly key: string;

  /** @param message what is wrong, what was expected and how to mend it; printed as it stands */
  constructor(key: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.key = key;
  }
}

/** A file that cannot be read, written or believed: exit 1. */
export class DataError extends Error {
  override readonly name = 'DataError';
  /** The file or folder at fault. */
  readonly file: string;

  /** @param message what is wrong, what was expected and how to mend it; printed as it stands */
  constructor(file: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.file = file;
  }
}

/**
 * Another worker of the training is gone, or cannot be reached. Nothing is wrong here: start all of them again, from the
 * last checkpoint. Exit 75, which schedulers can tell from a failure (`EX_TEMPFAIL` of sysexits.h).
 */
export class WorkersLost extends Error {
  override readonly name = 'WorkersLost';
}

/** The words of anything that was caught, without a stack. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What the operating system, or Node, calls an error, such as `ENOENT`; undefined for what has no code. */
export function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
