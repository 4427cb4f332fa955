// The message of whatever was thrown, which need not be an Error.

/** What a caught error says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
