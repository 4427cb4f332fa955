// Takes the needed files out of a wheel (a zip archive) and refuses archives that reach outside their folder.
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { messageOf } from '../../error-message.js';

/** Headers of TensorFlow's C API and the few files they include; the wheel has 13,000 others. */
const headerFolders = [
  'tensorflow/include/tensorflow/c/',
  'tensorflow/include/tensorflow/core/common_runtime/next_pluggable_device/c/',
  'tensorflow/include/tsl/platform/',
  'tensorflow/include/xla/tsl/c/',
];
const cstringHeader = /^tensorflow\/include\/tensorflow\/core\/platform\/ctstring\w*\.h$/;
const library = /^tensorflow\/libtensorflow_(cc|framework)\.so\.2$/;
/** NVIDIA's wheels: shared libraries, and the assembler and device code that TensorFlow's GPU part calls. */
const nvidiaFile = /^nvidia\/\w+\/(lib|bin|nvvm)\/.+$/;

const SYMLINK = 0o120000;
const FILE_TYPE = 0o170000;
/** The largest pinned library has 1.1 GB; what claims more than this is not one of ours. */
const MAX_FILE_BYTES = 4e9;

export function isNeeded(name: string): boolean {
  if (name.endsWith('/')) return false;
  if (library.test(name) || cstringHeader.test(name) || nvidiaFile.test(name)) return true;
  return name.endsWith('.h') && headerFolders.some((folder) => name.startsWith(folder));
}

/**
 * Unpacks the needed files of the wheel `file` under `target`, which is created.
 *
 * @throws Error when the archive is damaged or an entry would land outside `target`
 */
export async function unpackWheel(
  file: string,
  target: string,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<void> {
  const archive = await openArchive(file);
  try {
    for await (const entry of archive.eachEntry()) {
      signal?.throwIfAborted();
      checkEntry(file, entry, target);
      if (!isNeeded(entry.fileName)) continue;
      await writeEntry(archive, entry, join(target, entry.fileName), signal);
    }
  } catch (error) {
    throw signal?.aborted === true ? error : damaged(file, error);
  } finally {
    archive.close();
  }
}

async function openArchive(file: string): Promise<ZipFile> {
  try {
    return await openPromise(file, { autoClose: false, strictFileNames: true });
  } catch (error) {
    throw damaged(file, error);
  }
}

function checkEntry(file: string, entry: Entry, target: string): void {
  const { fileName, uncompressedSize } = entry;
  const root = resolve(target) + sep;
  if (!resolve(target, fileName).startsWith(root)) {
    throw new Error(`${basename(file)} holds '${fileName}', which would be written outside its folder`);
  }
  if (uncompressedSize > MAX_FILE_BYTES) {
    throw new Error(
      `${basename(file)} holds '${fileName}' of ${uncompressedSize} bytes, expected ${MAX_FILE_BYTES} at most`,
    );
  }
  if (isNeeded(fileName) && (unixMode(entry) & FILE_TYPE) === SYMLINK) {
    throw new Error(`${basename(file)} holds '${fileName}' as a symbolic link, expected a plain file`);
  }
}

async function writeEntry(
  archive: ZipFile,
  entry: Entry,
  path: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const source = await archive.openReadStreamPromise(entry);
  const isExecutable = (unixMode(entry) & 0o100) !== 0;
  // 'wx': an archive that names one file twice is refused.
  const sink = createWriteStream(path, { flags: 'wx', mode: isExecutable ? 0o755 : 0o644 });
  await pipeline(source, sink, signal === undefined ? {} : { signal });
}

function unixMode(entry: Entry): number {
  return entry.externalFileAttributes >>> 16;
}

function damaged(file: string, cause: unknown): Error {
  const reason = messageOf(cause);
  return new Error(`Cannot unpack ${basename(file)}: ${reason}.\nNothing was kept. Run the same command again.`, {
    cause,
  });
}
