// The door to annotation files. What is HDF5 is read in a thread of its own: the library keeps a file that it refused
// open, and takes the next content under that name, or in that place of the disk, for the old one. With the thread go the
// library, its memory and its open files, and whatever a damaged file did to them.
import { open } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { compiledWorker } from 'training-kit/data';
import { DataError } from 'training-kit/errors';
import { type AnnotationOptions, readAnnotationFile } from './annotation-file.js';
import type { AnnotationAnswer, AnnotationRequest } from './annotation-worker.js';
import type { Annotations } from './annotations.js';
import { hdf5HeadBytes, isHdf5 } from './hdf5-signature.js';

/**
 * Formats: HRNet's json (with gt_valid.mat, if that lies beside a valid.json), pytorch-pose's json, the h5 of the
 * hourglass authors, MPII's own .mat.
 *
 * @throws DataError when the file is missing, damaged or of none of these
 */
export async function readAnnotations(file: string, options: AnnotationOptions): Promise<Annotations> {
  return (await needsHdf5(file)) ? readInThread({ file, options }) : readAnnotationFile(file, options);
}

/** Of a json, gt_valid.mat beside it is read as well. */
async function needsHdf5(file: string): Promise<boolean> {
  switch (extname(file).toLowerCase()) {
    case '.h5':
    case '.hdf5':
      return true;
    case '.mat':
      return startsAsHdf5(file);
    case '.json':
      return startsAsHdf5(join(dirname(file), 'gt_valid.mat'));
    default:
      return false;
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

async function readInThread(request: AnnotationRequest): Promise<Annotations> {
  const url = compiledWorker(import.meta.url, './annotation-worker.js');
  // What the library prints of its own when a file defeats it says less than the error that follows.
  const worker = new Worker(url, { workerData: request, stdout: true, stderr: true });
  try {
    const answer = await new Promise<AnnotationAnswer>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', (code) => {
        reject(new Error(`The thread that read ${request.file} ended early, with exit code ${code}.`));
      });
    });
    if (answer.kind === 'read') return answer.annotations;
    throw new DataError(answer.file, answer.message);
  } finally {
    await worker.terminate();
  }
}
