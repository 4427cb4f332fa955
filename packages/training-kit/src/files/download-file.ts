// Fetches one large file of known size and MD5. A cut download is gone on with, in this run of the program or the next;
// a file has its name only once all of it was checked.
import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { type FileHandle, open, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigError, DataError } from '../errors.js';
import { groupedDigits } from '../words/grouped-digits.js';
import { isWebUrl, networkReason, requestRange } from './http-range.js';
import { makeFolders } from './make-folders.js';
import { HEAD_BYTES, placeholderIn } from './placeholder-file.js';
import { systemReason, writeErrorOfRepeatable } from './write-error.js';

export interface DownloadSource {
  /** http or https. */
  readonly url: string;
  readonly sizeBytes: number;
  /** 32 hex digits. */
  readonly md5: string;
  /** The first bytes of all files of its kind, in hex digits: `1f8b` for gzip. */
  readonly head?: string;
}

export interface DownloadOptions {
  /** Hears of each piece, and first of what an earlier run left. */
  readonly onProgress?: (doneBytes: number) => void;
  /** Receives a line when a try failed and another follows. */
  readonly note?: (line: string) => void;
  /** A server that sends nothing for so long has stalled; 30 s when left out. */
  readonly stallMs?: number;
  /** Tries in all; 6 when left out. */
  readonly numTries?: number;
  /** Waits between tries; 1 s, 2 s, 4 s, … up to 30 s. */
  readonly wait?: (timeMs: number) => Promise<unknown>;
}

const FIRST_WAIT_MS = 1000;
const MAX_WAIT_MS = 30_000;

/**
 * Puts the file at `url` into `file`, by way of `file`.part, which an interrupted download leaves to the next one. A
 * `file` that is already there is checked and not fetched again. A wrong file is renamed to `file`.wrong.
 *
 * @throws ConfigError for a URL that is none
 * @throws DataError when the server, the network or the disk fails, or the file is not the expected one
 */
export async function downloadFile(source: DownloadSource, file: string, options: DownloadOptions = {}): Promise<void> {
  const { numTries = 6, wait = sleep, note = () => undefined } = options;
  const url = webUrl(source.url);
  if (await exists(file)) {
    await check(source, file, file);
    options.onProgress?.(source.sizeBytes);
    return;
  }
  await makeFolders(dirname(file));
  const partial = `${file}.part`;
  for (let numTried = 1; ; numTried++) {
    const { doneBytes, trouble } = await fetchRest(source, url, partial, options);
    if (trouble === undefined) break;
    if (numTried >= numTries) {
      const got = `${groupedDigits(doneBytes)} of ${groupedDigits(source.sizeBytes)} bytes are in ${partial}`;
      throw new DataError(
        file,
        `Cannot download ${source.url}: ${trouble}. ${numTries === 1 ? 'Tried once' : `Tried ${numTries} times`}; ${got}.\n` +
          'Run the same command again: it goes on from there.',
      );
    }
    const waitMs = Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** (numTried - 1));
    note(`${trouble}; trying again in ${waitMs / 1000} s (${numTried} of ${numTries - 1})`);
    await wait(waitMs);
  }
  await check(source, partial, file);
  // Not followed by a sync of the folder: after a crash the next run finds all bytes under the partial name.
  await rename(partial, file).catch((error: unknown) => {
    throw writeErrorOfRepeatable(file, error);
  });
}

/** What a try left, and what ended it early. */
interface Try {
  readonly doneBytes: number;
  readonly trouble?: string;
}

/** One try: asks for what is missing in `partial` and writes what comes. */
async function fetchRest(source: DownloadSource, url: URL, partial: string, options: DownloadOptions): Promise<Try> {
  let handle: FileHandle | undefined;
  const stall = createStallGuard(options.stallMs ?? 30_000);
  try {
    handle = await open(partial, constants.O_RDWR | constants.O_CREAT);
    const { size } = await handle.stat();
    const heldBytes = await soundBytes(source, handle, size, partial, options);
    options.onProgress?.(heldBytes);
    if (heldBytes === source.sizeBytes) return { doneBytes: heldBytes };

    stall.restart();
    const { sizeBytes } = source;
    const answer = await requestRange({ url, fromByte: heldBytes, sizeBytes, signal: stall.signal });
    if (answer.kind === 'trouble') return { doneBytes: heldBytes, trouble: answer.reason };
    if (answer.kind === 'refusal') throw refusal(source, partial, answer.reason);
    await handle.truncate(answer.fromByte);
    let doneBytes = answer.fromByte;
    for (;;) {
      stall.restart();
      const next = await answer.chunks.next().catch((error: unknown) => networkReason(error));
      if (typeof next === 'string') return { doneBytes, trouble: next };
      if (next.done === true) break;
      if (doneBytes + next.value.length > sizeBytes) {
        await handle.truncate(0); // so that the next run starts anew
        throw refusal(source, partial, `the server sends more than the expected ${groupedDigits(sizeBytes)} bytes`);
      }
      const isStart = doneBytes < HEAD_BYTES;
      doneBytes += await writeAll(handle, next.value, doneBytes);
      const stranger = isStart ? await strangerAtStart(source, handle) : undefined;
      if (stranger !== undefined) {
        await handle.truncate(0); // nothing is to be fetched behind it
        throw refusal(source, partial, `what the server sends is not the file: ${stranger}`);
      }
      options.onProgress?.(doneBytes);
    }
    await handle.sync();
    return doneBytes === sizeBytes ? { doneBytes } : { doneBytes, trouble: 'the server ended before the file did' };
  } catch (error) {
    throw error instanceof DataError ? error : writeErrorOfRepeatable(partial, error);
  } finally {
    stall.end(); // drops a connection that still sends
    await handle?.close();
  }
}

/** How many bytes of an earlier run can be gone on from; a part that cannot be ours is thrown away. */
async function soundBytes(
  source: DownloadSource,
  handle: FileHandle,
  size: number,
  partial: string,
  { note }: DownloadOptions,
): Promise<number> {
  const stranger = await strangerAtStart(source, handle);
  if (stranger === undefined && size <= source.sizeBytes) return size;
  if (stranger !== undefined) note?.(`${partial} is not the beginning of the file: ${stranger}. It is fetched anew.`);
  await handle.truncate(0); // a download stops at the right size: more is nothing of ours
  return 0;
}

/** What the first bytes show instead of those of the file; undefined while there is nothing against them. */
async function strangerAtStart({ head = '' }: DownloadSource, handle: FileHandle): Promise<string | undefined> {
  const bytes = Buffer.alloc(HEAD_BYTES);
  const start = bytes.subarray(0, (await handle.read(bytes, 0, HEAD_BYTES, 0)).bytesRead);
  const placeholder = placeholderIn(start);
  if (placeholder !== undefined) return `it is ${placeholder}`;
  const found = start.subarray(0, head.length / 2).toString('hex');
  return head.startsWith(found) ? undefined : `it begins with ${found}, expected ${head}`;
}

/** One `write` may take fewer bytes than it is given. @returns how many were written: all */
async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<number> {
  for (let done = 0; done < bytes.length;) {
    done += (await handle.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
  }
  return bytes.length;
}

function createStallGuard(stallMs: number): { signal: AbortSignal; restart: () => void; end: () => void } {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const stalled = () => {
    controller.abort(new Error(`the server sent nothing for ${stallMs / 1000} s`));
  };
  return {
    signal: controller.signal,
    restart: () => {
      clearTimeout(timer);
      timer = setTimeout(stalled, stallMs);
    },
    end: () => {
      clearTimeout(timer);
      controller.abort();
    },
  };
}

/** Compares `held` with the source's size and MD5; what differs gets the name `file`.wrong. */
async function check(source: DownloadSource, held: string, file: string): Promise<void> {
  let found: string;
  try {
    const { size } = await stat(held);
    const hash = createHash('md5');
    await pipeline(createReadStream(held), hash);
    const md5 = hash.digest('hex');
    if (size === source.sizeBytes && md5 === source.md5) return;
    found = `${groupedDigits(size)} bytes with MD5 ${md5}`;
  } catch (error) {
    throw new DataError(held, `Cannot read ${held}: ${systemReason(error)}.`, { cause: error });
  }
  const aside = `${file}.wrong`;
  await rename(held, aside).catch((error: unknown) => {
    throw writeErrorOfRepeatable(aside, error);
  });
  throw new DataError(
    file,
    `${file} is not the file expected: ${found}, expected ${groupedDigits(source.sizeBytes)} with ${source.md5}.\n` +
      `It is now called ${aside}. Run the same command again to fetch it anew from ${source.url}; if that gives ` +
      'a wrong file again, name another server.',
  );
}

function webUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && isWebUrl(url)) return url;
  throw new ConfigError('url', `The address is '${text}', expected one that begins with https:// or http://.`);
}

function refusal({ url }: DownloadSource, file: string, reason: string): DataError {
  return new DataError(
    file,
    `Cannot download ${url}: ${reason}.\nCheck the address in a browser, or name another server.`,
  );
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
