// A folder for PATH with a `python3` that behaves as a test wants.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** `body` is a shell script; the last two arguments it gets are the target folder and the requirement. */
export function fakePython(folder: string, body: string): string {
  mkdirSync(folder, { recursive: true });
  // Version questions are answered, so that only downloads reach `body`.
  const script = `#!/bin/sh\ncase "$*" in *--version*) exit 0;; esac\n${body}\n`;
  writeFileSync(join(folder, 'python3'), script, { mode: 0o755 });
  return `${folder}:${process.env.PATH ?? ''}`;
}
