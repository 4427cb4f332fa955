// Puts the cached addon where tfjs-node-gpu looks for it: a link inside its folder in node_modules.
import { randomUUID } from 'node:crypto';
import { copyFileSync, lstatSync, mkdirSync, readlinkSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { tfjsNodeFolder } from './addon-build.js';

/** The path that `require('@tensorflow/tfjs-node-gpu')` loads its addon from, on every Node that runs it. */
export function linkPath(folder: string = tfjsNodeFolder()): string {
  return join(folder, 'lib', 'napi-v8', 'tfjs_binding.node');
}

/** Makes `link` lead to `addon`; several processes may do so at once, because the link appears by one rename. */
export function linkAddon(addon: string, link: string = linkPath()): void {
  if (leadsTo(link, addon)) return;
  const temporary = `${link}.${randomUUID()}`;
  try {
    mkdirSync(dirname(link), { recursive: true });
    try {
      symlinkSync(addon, temporary);
    } catch (error) {
      if (isReadOnly(error)) throw error;
      copyFileSync(addon, temporary); // a file system without symbolic links
    }
    renameSync(temporary, link);
  } catch (error) {
    rmSync(temporary, { force: true });
    // Another process may have been faster while this one may not write at all.
    if (leadsTo(link, addon)) return;
    throw new Error(
      `Cannot write ${link}, where tfjs-node-gpu looks for its addon: ${messageOf(error)}.\n` +
        `Make that folder writable, or link it there by hand: ln -sf ${addon} ${link}`,
      { cause: error },
    );
  }
}

/** A link to `addon`, or a copy of it: same size and not older. */
function leadsTo(link: string, addon: string): boolean {
  const found = lstatSync(link, { throwIfNoEntry: false });
  if (found === undefined) return false;
  if (found.isSymbolicLink()) return readlinkSync(link) === addon;
  const cached = statSync(addon);
  return found.size === cached.size && found.mtimeMs >= cached.mtimeMs;
}

function isReadOnly(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EACCES' || error.code === 'EROFS');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
