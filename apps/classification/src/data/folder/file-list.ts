// The images of a split in files: paths and labels, packed into shared memory. ImageNet has 1.3 million paths; as strings
// every worker thread would have to copy them.
import { join, sep } from 'node:path';

export interface FileList {
  /** The folder that holds the class folders. */
  readonly folder: string;
  /** Names of the class folders, by label. */
  readonly classFolders: readonly string[];
  readonly numFiles: number;
  /** int32 [numFiles], on a SharedArrayBuffer */
  readonly labels: Int32Array<SharedArrayBuffer>;
  /** Paths inside the class folders in UTF-8, one after the other, on a SharedArrayBuffer. */
  readonly paths: Uint8Array<SharedArrayBuffer>;
  /** uint32 [numFiles + 1]: path i lies from `offsets[i]` to `offsets[i + 1]`; on a SharedArrayBuffer */
  readonly offsets: Uint32Array<SharedArrayBuffer>;
}

/** @param files paths inside the class folders, by label */
export function packFiles(
  folder: string,
  classFolders: readonly string[],
  files: readonly (readonly string[])[],
): FileList {
  const encoder = new TextEncoder();
  const numFiles = files.reduce((sum, ofClass) => sum + ofClass.length, 0);
  const numBytes = files.flat().reduce((sum, path) => sum + Buffer.byteLength(path), 0);
  const list = allocateList(folder, classFolders, numFiles, numBytes);
  let file = 0;
  for (const [label, ofClass] of files.entries()) {
    for (const path of ofClass) appendPath(list, file++, label, encoder.encode(path));
  }
  return list;
}

/** The path of file `index`. */
export function fileAt(list: FileList, index: number): string {
  return join(list.folder, list.classFolders[list.labels[index]!]!, pathAt(list, index));
}

/** `class/path` of each file, in order. */
export function* namesOf(list: FileList): Generator<string, void, undefined> {
  for (let index = 0; index < list.numFiles; index++) {
    yield `${list.classFolders[list.labels[index]!]!}/${pathAt(list, index).replaceAll(sep, '/')}`;
  }
}

/** The path of file `index` inside its class folder. */
function pathAt({ paths, offsets }: FileList, index: number): string {
  return Buffer.from(paths.buffer, offsets[index], offsets[index + 1]! - offsets[index]!).toString();
}

/** The files at `indices`, in that order. */
export function selectFiles(list: FileList, indices: ArrayLike<number>): FileList {
  const { folder, classFolders, labels, paths, offsets } = list;
  let numBytes = 0;
  for (const index of Array.from(indices)) numBytes += offsets[index + 1]! - offsets[index]!;
  const selected = allocateList(folder, classFolders, indices.length, numBytes);
  for (let i = 0; i < indices.length; i++) {
    const from = indices[i]!;
    appendPath(selected, i, labels[from]!, paths.subarray(offsets[from], offsets[from + 1]));
  }
  return selected;
}

function allocateList(folder: string, classFolders: readonly string[], numFiles: number, numBytes: number): FileList {
  return {
    folder,
    classFolders,
    numFiles,
    labels: new Int32Array(new SharedArrayBuffer(4 * numFiles)),
    paths: new Uint8Array(new SharedArrayBuffer(numBytes)),
    offsets: new Uint32Array(new SharedArrayBuffer(4 * (numFiles + 1))),
  };
}

/** To be called for file 0, 1, …: each begins where the one before ends. */
function appendPath({ labels, paths, offsets }: FileList, file: number, label: number, path: Uint8Array): void {
  const start = offsets[file]!;
  paths.set(path, start);
  labels[file] = label;
  offsets[file + 1] = start + path.length;
}
