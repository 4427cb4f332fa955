// Takes known files out of a .tar.gz that may be hostile. No name of the archive ever becomes a path: it is compared
// with the names wanted, and those are written.
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { codeOf, DataError } from '../errors.js';
import { groupedDigits } from '../words/grouped-digits.js';
import { shortJson } from '../words/short-json.js';
import { readTar, type TarMember } from './tar-reader.js';
import { systemReason, writeErrorOfRepeatable } from './write-error.js';

export interface UnpackOptions {
  readonly archive: string;
  /** Made by this call; what is there already must be an empty folder. */
  readonly folder: string;
  /** The folder inside the archive that holds the files. */
  readonly archiveFolder: string;
  /** Plain file names and their exact sizes in bytes; other files are passed over. */
  readonly files: ReadonlyMap<string, number>;
}

/** Room for headers, padding and small files that nobody asked for. */
const MAX_OVERHEAD_BYTES = 1_048_576;

/**
 * Unpacks into a temporary folder beside `folder`, which then gets its name: it is there whole or not at all.
 *
 * @throws DataError when the archive is damaged, lacks a file, holds one of another size or twice, or holds anything
 *   that no honest archive of plain files does: links, devices, absolute names, `..`
 */
export async function unpackTarGz({ archive, folder, archiveFolder, files }: UnpackOptions): Promise<void> {
  await checkFree(folder);
  const temporary = join(dirname(folder), `.${basename(folder)}.unpacking`);
  try {
    await remove(temporary); // left by a process that was killed
    await mkdir(temporary).catch((error: unknown) => {
      throw writeErrorOfRepeatable(temporary, error);
    });
    const wanted = { archiveFolder, files };
    // Bounds what a gzip bomb can make this process read; nothing of it is kept.
    const maxBytes = MAX_OVERHEAD_BYTES + [...files.values()].reduce((sum, size) => sum + size, 0);
    // Whichever of the streams ends early ends the other; the error comes out where chunks are read.
    const chunks = pipeline(createReadStream(archive), createGunzip(), () => undefined);
    await writeWanted(atMost(chunks, maxBytes), wanted, temporary);
    await rename(temporary, folder).catch((error: unknown) => {
      throw writeErrorOfRepeatable(folder, error);
    });
  } catch (error) {
    await remove(temporary).catch(() => undefined); // the first error is the one to tell
    if (error instanceof DataError) throw error;
    throw new DataError(
      archive,
      `Cannot unpack ${archive}: ${whyNot(error)}.\nNothing of it was kept. Fetch the archive anew.`,
      { cause: error },
    );
  }
}

type Wanted = Pick<UnpackOptions, 'archiveFolder' | 'files'>;

async function writeWanted(chunks: AsyncIterable<Uint8Array>, wanted: Wanted, folder: string): Promise<void> {
  const written = new Set<string>();
  for await (const member of readTar(chunks)) {
    const name = wantedName(member, wanted);
    if (name === undefined) continue;
    if (written.has(name)) throw new RangeError(`it holds ${shortJson(member.name)} twice`);
    const expected = wanted.files.get(name)!;
    if (member.sizeBytes !== expected) {
      const sizes = `${groupedDigits(member.sizeBytes)} bytes, expected ${groupedDigits(expected)}`;
      throw new RangeError(`${shortJson(member.name)} has ${sizes}`);
    }
    await writeMember(member, join(folder, name));
    written.add(name);
  }
  const missing = [...wanted.files.keys()].filter((name) => !written.has(name));
  if (missing.length > 0) throw new RangeError(`it lacks ${missing.join(', ')}, expected in ${wanted.archiveFolder}/`);
}

/**
 * @returns the wanted file that `member` is; undefined for another harmless one
 * @throws RangeError for what has no place in an archive of files
 */
function wantedName({ name, kind }: TarMember, { archiveFolder, files }: Wanted): string | undefined {
  if (kind === 'other') throw new RangeError(`it holds ${shortJson(name)}, which is neither a file nor a folder`);
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.length === 0 && kind === 'file') throw new RangeError('it holds a file without a name');
  if (/^([/\\]|[a-z]:)|[\0\\]/i.test(name) || parts.includes('..')) {
    throw new RangeError(`it holds ${shortJson(name)}, a name that leads out of its folder`);
  }
  const file = parts.at(-1) ?? '';
  const isInFolder = parts.slice(0, -1).join('/') === archiveFolder;
  return kind === 'file' && isInFolder && files.has(file) ? file : undefined;
}

async function writeMember(member: TarMember, file: string): Promise<void> {
  const handle = await open(file, 'wx').catch((error: unknown) => {
    throw writeErrorOfRepeatable(file, error);
  });
  try {
    for await (const piece of member.content) {
      await handle.writeFile(piece).catch((error: unknown) => {
        throw writeErrorOfRepeatable(file, error);
      });
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function* atMost(chunks: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array> {
  let numBytes = 0;
  for await (const chunk of chunks) {
    numBytes += chunk.length;
    if (numBytes > maxBytes) throw new RangeError(`it unpacks to more than ${groupedDigits(maxBytes)} bytes`);
    yield chunk;
  }
}

async function checkFree(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return [];
    throw writeErrorOfRepeatable(folder, error);
  });
  if (names.length === 0) return;
  throw new DataError(folder, `Cannot unpack into ${folder}: it is not empty. Move it away, or name another folder.`);
}

async function remove(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

function whyNot(error: unknown): string {
  const isGzip = error instanceof Error && String(codeOf(error)).startsWith('Z_');
  return isGzip ? `it is no whole gzip file (${error.message})` : systemReason(error);
}
