// What the operating system, or Node, calls an error.

/** Such as `ENOENT`; undefined for what has no code. */
export function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
