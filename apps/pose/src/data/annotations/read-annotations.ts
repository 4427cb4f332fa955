// The door to annotation files. What is HDF5 is read in a thread of its own: the library keeps a file that it refused
// open, and takes the next content under that name, or in that place of the disk, for the old one. With the thread go the
// library, its memory and its open files, and whatever a damaged file did to them.
import { open, stat } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { compiledWorker } from 'training-kit/data';
import { DataError } from 'training-kit/errors';
import { type AnnotationOptions, readAnnotationFile } from './annotation-file.js';
import type { AnnotationAnswer, AnnotationRequest } from './annotation-worker.js';
import type { Annotations } from './annotations.js';
import { hdf5HeadBytes, isHdf5 } from './hdf5-signature.js';

/** How long HDF5 may be read. */
export interface Patience {
  /**
   * Seconds of computing (not of waiting: a busy machine is no fault of the file) after which it counts as damaged, besides
   * five a megabyte; default 120.
   */
  readonly patienceSeconds?: number;
}

const PATIENCE_PER_BYTE = 5e-6;
const LOOK_EVERY_MS = 500;

/**
 * Formats: HRNet's json (with gt_valid.mat, if that lies beside a valid.json), pytorch-pose's json, the h5 of the
 * hourglass authors, MPII's own .mat.
 *
 * @throws DataError when the file is missing, damaged or of none of these
 */
export async function readAnnotations(
  file: string,
  { patienceSeconds = 120, ...options }: AnnotationOptions & Patience,
): Promise<Annotations> {
  const hdf5 = await hdf5File(file);
  return hdf5 === undefined
    ? readAnnotationFile(file, options)
    : readInThread({ file, options }, { hdf5, patienceSeconds });
}

/** The HDF5 that is to be read: `file` itself, or gt_valid.mat beside a json. Undefined where there is none. */
async function hdf5File(file: string): Promise<string | undefined> {
  switch (extname(file).toLowerCase()) {
    case '.h5':
    case '.hdf5':
      return file;
    case '.mat':
      return (await startsAsHdf5(file)) ? file : undefined;
    case '.json': {
      const beside = join(dirname(file), 'gt_valid.mat');
      return (await startsAsHdf5(beside)) ? beside : undefined;
    }
    default:
      return undefined;
  }
}

/** False where the file cannot be read: its reader says why. */
async function startsAsHdf5(file: string): Promise<boolean> {
  const head = new Uint8Array(hdf5HeadBytes);
  try {
    const handle = await open(file);
    try {
      await handle.read(head);
    } finally {
      await handle.close();
    }
  } catch {
    return false;
  }
  return isHdf5(head);
}

async function readInThread(
  request: AnnotationRequest,
  { hdf5, patienceSeconds }: { readonly hdf5: string; readonly patienceSeconds: number },
): Promise<Annotations> {
  const url = compiledWorker(import.meta.url, './annotation-worker.js');
  // What the library prints of its own when a file defeats it says less than the error that follows.
  const worker = new Worker(url, { workerData: request, stdout: true, stderr: true });
  const maxSeconds = patienceSeconds + PATIENCE_PER_BYTE * (await sizeOf(hdf5));
  let watch: NodeJS.Timeout | undefined;
  try {
    const answer = await new Promise<AnnotationAnswer>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', (code) => {
        reject(new Error(`The thread that read ${request.file} ended early, with exit code ${code}.`));
      });
      const before = process.cpuUsage();
      watch = setInterval(() => {
        const { user, system } = process.cpuUsage(before);
        if ((user + system) / 1e6 > maxSeconds) reject(endless(hdf5, maxSeconds));
      }, LOOK_EVERY_MS);
    });
    if (answer.kind === 'read') return answer.annotations;
    throw new DataError(answer.file, answer.message);
  } finally {
    clearInterval(watch);
    await worker.terminate();
  }
}

/** Damaged groups and indices may point back to themselves; the library follows them for ever. */
function endless(file: string, seconds: number): DataError {
  return new DataError(
    file,
    `Cannot read ${file}: after ${Math.round(seconds)} s of computing the HDF5 library has not come to an end. The file looks ` +
      'damaged; download it again.',
  );
}

/** 0 for a file that is not there: its reader says so. */
async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  );
}
