// Downloads of one small file from a server of the test's own, into a folder that is gone after each test.
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRng } from 'rpg-core';
import { afterEach, beforeEach, expect, vi } from 'vitest';
import { DataError } from '../src/errors.js';
import { downloadFile } from '../src/files/download-file.js';
import { type Answer, type FileServer, startFileServer } from './file-server.js';

/** Bytes of the file. */
export const SIZE = 200_000;
export const content = randomBytes('content');
export const md5 = createHash('md5').update(content).digest('hex');
/** Set for tests that stop the clock; to others, on machines of any speed, nothing stalls. */
export const STALL_MS = 10_000;
export const CHECK_ADDRESS = 'Check the address in a browser, or name another server.';

/** As many bytes as the file has, drawn from `name`. */
export function randomBytes(name: string): Buffer {
  const rng = createRng(name);
  return Buffer.from(Uint8Array.from({ length: SIZE }, () => rng.below(256)));
}

/** For the tests of one file. */
export function downloads() {
  /** What the test at hand has: where it downloads to and from, and what the downloader did. */
  const here = {
    folder: '',
    file: '',
    server: undefined as FileServer | undefined,
    notes: [] as string[],
    waits: [] as number[],
    progress: [] as number[],
  };
  beforeEach(() => {
    here.folder = mkdtempSync(join(tmpdir(), 'download-'));
    here.file = join(here.folder, 'data', 'set.tar.gz');
    here.notes = [];
    here.waits = [];
    here.progress = [];
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    vi.useRealTimers();
    await here.server?.stop();
    here.server = undefined;
    rmSync(here.folder, { recursive: true });
  });

  const readable = (text: string): string =>
    text.replaceAll(here.folder, 'DIR').replaceAll(here.server?.url ?? 'http://', 'URL');

  const downloadFrom = (url: string): Promise<void> =>
    downloadFile({ url, sizeBytes: SIZE, md5 }, here.file, {
      stallMs: vi.isFakeTimers() ? STALL_MS : 600_000,
      numTries: 3,
      wait: (timeMs) => Promise.resolve(here.waits.push(timeMs)),
      note: (line) => here.notes.push(readable(line)),
      onProgress: (doneBytes) => here.progress.push(doneBytes),
    });

  return {
    here,
    readable,
    downloadFrom,

    /** From a server that answers so; the first call of a test starts it. */
    download: async (answer: Answer, path = ''): Promise<void> => {
      here.server ??= await startFileServer(answer);
      await downloadFrom(here.server.url + path);
    },

    /** The message of the DataError that `promise` ends in, with the test's folder as DIR and the server as URL. */
    messageOf: async (promise: Promise<unknown>): Promise<string> => {
      const error: unknown = await promise.then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error).toBeInstanceOf(DataError);
      return readable((error as DataError).message);
    },

    /** An earlier run got so far. */
    leavePart: (bytes: Uint8Array): void => {
      mkdirSync(join(here.folder, 'data'));
      writeFileSync(`${here.file}.part`, bytes);
    },

    /** From here on the downloader's time passes when the test says so; the server's answers take their own. */
    stopClock: (): void => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    },

    isTaken: (lastByte: number): boolean => here.progress.at(-1) === lastByte,

    expectWholeFile: (): void => {
      expect(readdirSync(join(here.folder, 'data'))).toEqual(['set.tar.gz']);
      expect(readFileSync(here.file).equals(content)).toBe(true);
      expect(here.progress.at(-1)).toBe(SIZE);
    },
  };
}
