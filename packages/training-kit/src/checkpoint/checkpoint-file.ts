// One checkpoint as a file: safetensors with its own SHA-256, written and read in pieces. Neither needs the whole file as
// one array, which Node reads up to 2 GiB only and which would hold all tensors a second time.
import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import type { SafetensorsTensor } from 'rpg-core';
import {
  readSafetensorsHead,
  SAFETENSORS_START_BYTES,
  type SafetensorsHead,
  safetensorsHeadBytes,
  safetensorsPieces,
  safetensorsTensor,
} from 'rpg-core/pieces';
import { DataError, reasonOf } from '../errors.js';
import { readReason } from '../files/file-bytes.js';
import { groupedDigits } from '../words/grouped-digits.js';
import {
  type Checkpoint,
  type CheckpointContent,
  type CheckpointDescription,
  damaged,
  describeCheckpoint,
  readDescription,
} from './checkpoint-description.js';

/** The bytes of a checkpoint cannot be had: it may be sound all the same. */
export class UnreadableCheckpoint extends DataError {}

/** Keys of the safetensors metadata. */
const CONTENT_KEY = 'checkpoint';
const CHECKSUM_KEY = 'sha256';
/** Stands where the checksum goes while the checksum is computed. */
const noChecksum = '0'.repeat(64);
/** What is read or summed at once: large enough to be fast, far below the 2 GiB that Node takes at most. */
const PIECE_BYTES = 16 * 2 ** 20;

/**
 * A checkpoint's file in pieces, to be written one behind the other. All but the first are the tensors' own memory.
 *
 * @param pieceBytes what is summed at once
 */
export function checkpointPieces(
  step: number,
  content: CheckpointContent,
  description: CheckpointDescription,
  pieceBytes: number = PIECE_BYTES,
): readonly Uint8Array[] {
  const pieces = safetensorsPieces(content.tensors, {
    [CHECKSUM_KEY]: noChecksum,
    [CONTENT_KEY]: describeCheckpoint(step, content.metadata, description),
  });
  const hash = createHash('sha256');
  for (const piece of pieces) {
    for (const part of partsOf(piece, pieceBytes)) hash.update(part);
  }
  const head = Buffer.from(pieces[0].buffer);
  head.write(hash.digest('hex'), checksumAt(head, noChecksum), 'latin1');
  return pieces;
}

/**
 * Reads the checkpoint `file`.
 *
 * @param pieceBytes what is read at once
 * @throws UnreadableCheckpoint when its bytes cannot be had; DataError when they are damaged, of no checkpoint or of a
 *   version unknown here
 */
export async function readCheckpointFile(file: string, pieceBytes: number = PIECE_BYTES): Promise<Checkpoint> {
  const handle = await asked(file, open(file, 'r'));
  try {
    const found = await asked(file, handle.stat());
    if (!found.isFile()) throw new UnreadableCheckpoint(file, `Cannot read the checkpoint ${file}: it is not a file.`);
    return await readOpen({ file, handle, size: found.size, pieceBytes });
  } finally {
    await handle.close();
  }
}

interface OpenFile {
  readonly file: string;
  readonly handle: FileHandle;
  /** In bytes. */
  readonly size: number;
  readonly pieceBytes: number;
}

async function readOpen(opened: OpenFile): Promise<Checkpoint> {
  const { file } = opened;
  const { bytes, head } = await readHead(opened);
  const checksum = head.metadata[CHECKSUM_KEY];
  const text = head.metadata[CONTENT_KEY];
  if (checksum === undefined || text === undefined || !/^[0-9a-f]{64}$/.test(checksum)) {
    throw new DataError(
      file,
      `${file} is a safetensors file, but no checkpoint of a run. Give a file of checkpoints/.`,
    );
  }
  // The whole file is summed, head included, with zeros where the sum itself stands.
  const hash = createHash('sha256');
  bytes.write(noChecksum, checksumAt(bytes, checksum), 'latin1');
  hash.update(bytes);
  const tensors = await readTensors(opened, head, hash);
  if (hash.digest('hex') !== checksum) {
    throw damaged(file, 'its bytes are not those that were written (SHA-256 differs).');
  }
  return { file, ...readDescription(file, text), tensors };
}

/** The head as bytes and as read, in its own memory. */
async function readHead(opened: OpenFile): Promise<{ readonly bytes: Buffer; readonly head: SafetensorsHead }> {
  const { file, size } = opened;
  const start = Buffer.alloc(Math.min(SAFETENSORS_START_BYTES, size));
  await fill(opened, start, 0);
  const bytes = Buffer.alloc(inFile(file, () => safetensorsHeadBytes(start, size)));
  await fill(opened, bytes, 0);
  return { bytes, head: inFile(file, () => readSafetensorsHead(bytes, size)) };
}

/** Each tensor's bytes go straight into memory of its own, and into `hash` as they come. */
async function readTensors(
  opened: OpenFile,
  { entries, dataStart }: SafetensorsHead,
  hash: Hash,
): Promise<Map<string, SafetensorsTensor>> {
  const buffers = new Map<string, ArrayBuffer>();
  for (const { name, begin, end } of [...entries].sort((a, b) => a.begin - b.begin)) {
    const buffer = memoryFor(opened.file, name, end - begin);
    await fill(opened, new Uint8Array(buffer), dataStart + begin, hash);
    buffers.set(name, buffer);
  }
  return new Map(entries.map((entry) => [entry.name, safetensorsTensor(entry, buffers.get(entry.name)!)]));
}

function memoryFor(file: string, name: string, numBytes: number): ArrayBuffer {
  try {
    return new ArrayBuffer(numBytes);
  } catch (error) {
    const size = groupedDigits(numBytes);
    throw new UnreadableCheckpoint(
      file,
      `Cannot read the checkpoint ${file}: no memory for its tensor '${name}' of ${size} bytes. Read it on a machine with more.`,
      { cause: error },
    );
  }
}

/** Reads all of `bytes`, which begin at `position` of the file. */
async function fill(
  { file, handle, pieceBytes }: OpenFile,
  bytes: Uint8Array,
  position: number,
  hash?: Hash,
): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const part = bytes.subarray(done, done + pieceBytes);
    const { bytesRead } = await asked(file, handle.read(part, 0, part.length, position + done));
    if (bytesRead === 0) throw damaged(file, 'it became shorter while it was read.');
    hash?.update(part.subarray(0, bytesRead));
    done += bytesRead;
  }
}

function* partsOf(bytes: Uint8Array, pieceBytes: number): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += pieceBytes) yield bytes.subarray(start, start + pieceBytes);
}

/** What the operating system answers, or why it does not. */
async function asked<Answer>(file: string, answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    throw new UnreadableCheckpoint(file, `Cannot read the checkpoint ${file}: ${readReason(error)}.`, { cause: error });
  }
}

/** What `read` makes of the file's bytes. */
function inFile<Result>(file: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw damaged(file, reasonOf(error), error);
  }
}

/** Offset of the checksum's digits. The metadata is written first: nothing before it can look like it. */
function checksumAt(head: Buffer, digits: string): number {
  return head.indexOf(`"${CHECKSUM_KEY}":"${digits}"`, 8, 'latin1') + CHECKSUM_KEY.length + 4;
}
