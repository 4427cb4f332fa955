// The thread that reads one annotation file; started by `readAnnotations`.
import { parentPort, workerData } from 'node:worker_threads';
import { DataError } from 'training-kit/errors';
import { type AnnotationOptions, readAnnotationFile } from './annotation-file.js';
import type { Annotations } from './annotations.js';

/** What the thread is started with. */
export interface AnnotationRequest {
  readonly file: string;
  readonly options: AnnotationOptions;
}

/** What it sends, once. A fault of the program is no answer: it ends the thread. */
export type AnnotationAnswer =
  | { readonly kind: 'read'; readonly annotations: Annotations }
  /** A DataError. */
  | { readonly kind: 'refused'; readonly file: string; readonly message: string };

const { file, options } = workerData as AnnotationRequest;
parentPort?.postMessage(await answer());

async function answer(): Promise<AnnotationAnswer> {
  try {
    return { kind: 'read', annotations: await readAnnotationFile(file, options) };
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    return { kind: 'refused', file: error.file, message: error.message };
  }
}
