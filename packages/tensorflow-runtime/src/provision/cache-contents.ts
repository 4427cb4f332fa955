// The list of a cache folder's files, written down beside them: sizes and SHA-256 sums of its files. By them a damaged
// file is found before the loader maps it, which would end the process.
import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { open, readdir, rename, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { messageOf } from '../error-message.js';
import type { Compiler } from './compiler.js';

export const CONTENTS_FILE = 'contents.json';

export interface FileRecord {
  /** Relative to the folder. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** How an addon was built: other compilers give other last bits, all of them right. */
export interface BuildRecord {
  /** What the compiler says of itself, such as 'g++ (Debian 12.2.0-14) 12.2.0'. */
  readonly compiler: string;
  readonly flags: readonly string[];
}

export interface Contents {
  readonly files: readonly FileRecord[];
  /** Of addons alone. */
  readonly build?: BuildRecord;
}

export function buildRecord({ version, args }: Compiler, flags: readonly string[]): BuildRecord {
  return { compiler: [version, ...args].join(' '), flags };
}

/**
 * Writes down all files of `folder` but those in its subfolder `addon`, which has a list of its own, and waits until they
 * are on the disk: a rename may follow.
 */
export async function sealFolder(folder: string, build?: BuildRecord): Promise<void> {
  const files: FileRecord[] = [];
  for (const path of await filesOf(folder)) {
    const file = join(folder, path);
    files.push({ path, sizeBytes: statSync(file).size, sha256: await digestOf(file) });
    await syncFile(file);
  }
  const contents: Contents = build === undefined ? { files } : { files, build };
  const list = join(folder, CONTENTS_FILE);
  await writeFile(`${list}.new`, `${JSON.stringify(contents, null, 1)}\n`);
  await syncFile(`${list}.new`);
  await rename(`${list}.new`, list);
  await syncFolder(folder);
}

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const paths = files.map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  return paths.filter((path) => !path.startsWith(`addon${sep}`) && !path.startsWith(CONTENTS_FILE)).sort();
}

/** The file's SHA-256, in hexadecimal digits. */
export async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

async function syncFile(file: string): Promise<void> {
  const handle = await open(file);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Waits until the names in `folder` are on the disk. */
export async function syncFolder(folder: string): Promise<void> {
  // Some file systems (CIFS, vboxsf) have no such thing for folders; the files themselves are there by now.
  await syncFile(folder).catch(() => undefined);
}

/** @throws Error when the folder has none, or one that is not ours; the message is a clause */
export function readContents(folder: string): Contents {
  const file = join(folder, CONTENTS_FILE);
  const contents = parseContents(readFileSync(file, 'utf8'));
  if (contents === null) throw new Error(`${file} is not a list of files`);
  return contents;
}

function parseContents(text: string): Contents | null {
  try {
    const contents = JSON.parse(text) as Partial<Contents> | null;
    return Array.isArray(contents?.files) ? (contents as Contents) : null;
  } catch {
    return null;
  }
}

/** The first file that is missing or of another size, as a clause; null when there is none. Reads no contents. */
export function wrongSize(folder: string, isLooked: (path: string) => boolean = () => true): string | null {
  try {
    for (const { path, sizeBytes } of readContents(folder).files) {
      if (!isLooked(path)) continue;
      const { size } = statSync(join(folder, path));
      if (size !== sizeBytes) return `${join(folder, path)} has ${size} bytes, expected ${sizeBytes}`;
    }
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

/** The first file that is not what was written, byte for byte, as a clause; null when there is none. */
export async function wrongDigest(
  folder: string,
  files: readonly FileRecord[] = readContents(folder).files,
): Promise<string | null> {
  try {
    for (const { path, sha256 } of files) {
      const found = await digestOf(join(folder, path));
      if (found !== sha256) return `${join(folder, path)} has SHA-256 ${found}, expected ${sha256}`;
    }
    return null;
  } catch (error) {
    return messageOf(error);
  }
}
