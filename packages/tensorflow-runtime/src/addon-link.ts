// Puts the cached addon where tfjs-node-gpu looks for it: a link inside its folder in node_modules.
import { randomUUID } from 'node:crypto';
import {
  copyFileSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  type Stats,
} from 'node:fs';
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
    makeLink(addon, temporary);
    renameSync(temporary, link);
  } catch (error) {
    if (statIfThere(temporary) !== null) rmSync(temporary);
    // Another process may have been faster while this one may not write at all.
    if (leadsTo(link, addon)) return;
    throw new Error(
      `Cannot write ${link}, where tfjs-node-gpu looks for its addon: ${messageOf(error)}.\n` +
        `Make that folder writable, or link it there by hand: ln -sf ${addon} ${link}`,
      { cause: error },
    );
  }
}

function makeLink(addon: string, link: string): void {
  try {
    symlinkSync(addon, link);
  } catch {
    copyFileSync(addon, link); // some file systems know no symbolic links; elsewhere this fails for the same reason
  }
}

/** A link to `addon`, or a copy of it: same size and not older. */
function leadsTo(link: string, addon: string): boolean {
  const found = statIfThere(link);
  if (found === null) return false;
  if (found.isSymbolicLink()) return readlinkSync(link) === addon;
  const cached = statSync(addon);
  return found.size === cached.size && found.mtimeMs >= cached.mtimeMs;
}

function statIfThere(path: string): Stats | null {
  try {
    return lstatSync(path);
  } catch {
    return null;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
