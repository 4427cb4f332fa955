import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRng } from 'rpg-core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  type Answer,
  cutAfter,
  type FileServer,
  inTurn,
  serve,
  stallAfter,
  startFileServer,
  status,
} from '../../test/file-server.js';
import { ConfigError, DataError } from '../errors.js';
import { downloadFile } from './download-file.js';

const SIZE = 200_000;
const content = randomBytes('content');
/** Set for tests that stop the clock; to others, on machines of any speed, nothing stalls. */
const STALL_MS = 10_000;
const md5 = createHash('md5').update(content).digest('hex');

function randomBytes(name: string): Buffer {
  const rng = createRng(name);
  return Buffer.from(Uint8Array.from({ length: SIZE }, () => rng.below(256)));
}

let folder = '';
let file = '';
let server: FileServer | undefined;
let notes: string[] = [];
let waits: number[] = [];
let progress: number[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'download-'));
  file = join(folder, 'data', 'set.tar.gz');
  notes = [];
  waits = [];
  progress = [];
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  await server?.stop();
  server = undefined;
  rmSync(folder, { recursive: true });
});

async function download(answer: Answer, path = ''): Promise<void> {
  server ??= await startFileServer(answer);
  await downloadFrom(server.url + path);
}

function downloadFrom(url: string): Promise<void> {
  return downloadFile({ url, sizeBytes: SIZE, md5 }, file, {
    stallMs: vi.isFakeTimers() ? STALL_MS : 600_000,
    numTries: 3,
    wait: (timeMs) => Promise.resolve(waits.push(timeMs)),
    note: (line) => notes.push(readable(line)),
    onProgress: (doneBytes) => progress.push(doneBytes),
  });
}

function readable(text: string): string {
  return text.replaceAll(folder, 'DIR').replaceAll(server?.url ?? 'http://', 'URL');
}

async function messageOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DataError);
  return readable((error as DataError).message);
}

/** An earlier run got so far. */
function leavePart(bytes: Uint8Array): void {
  mkdirSync(join(folder, 'data'));
  writeFileSync(`${file}.part`, bytes);
}

/** From here on the downloader's time passes when the test says so; the server's answers take their own. */
function stopClock(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
}

function isTaken(lastByte: number): boolean {
  return progress.at(-1) === lastByte;
}

function expectWholeFile(): void {
  expect(readdirSync(join(folder, 'data'))).toEqual(['set.tar.gz']);
  expect(readFileSync(file).equals(content)).toBe(true);
  expect(progress.at(-1)).toBe(SIZE);
}

const CHECK_ADDRESS = 'Check the address in a browser, or name another server.';

describe('a sign-in page in place of the file', () => {
  const page = '<html><body>Please accept the terms</body></html>';
  const asPage: Answer = (_, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(page);
  };
  /** As a server that knows no types. */
  const asAnything: Answer = (_, response) => {
    response.writeHead(200, { 'content-type': 'application/octet-stream' });
    response.end(page);
  };
  const mend = 'whatever fetched it got an error or a sign-in page. Fetch it again';

  test('is known by its type; nothing of it is kept, and the next run gets the file', async () => {
    expect(await messageOf(download(inTurn(asPage, serve(content))))).toBe(
      'Cannot download URL: the server sends a web page (text/html; charset=utf-8), not the file; there may be a ' +
        `sign-in page between this machine and it.\n${CHECK_ADDRESS}`,
    );
    expect(readFileSync(`${file}.part`)).toHaveLength(0);
    await download(serve(content));
    expectWholeFile();
    expect(server!.requests).toEqual(['whole', 'whole']);
  });

  test('is known by its first bytes where its type is another', async () => {
    expect(await messageOf(download(inTurn(asAnything, serve(content))))).toBe(
      'Cannot download URL: what the server sends is not the file: it is a web page, not the file itself; ' +
        `${mend}.\n${CHECK_ADDRESS}`,
    );
    expect(readFileSync(`${file}.part`)).toHaveLength(0);
    await download(serve(content));
    expectWholeFile();
  });

  test('that an earlier version kept as the first part is thrown away', async () => {
    leavePart(Buffer.from(page));
    await download(serve(content));
    expectWholeFile();
    expect(server!.requests).toEqual(['whole']);
    expect(notes).toEqual([
      `DIR/data/set.tar.gz.part is not the beginning of the file: it is a web page, not the file itself; ${mend}. It is ` +
        'fetched anew.',
    ]);
  });

  test('anything else that begins otherwise than files of the kind', async () => {
    server = await startFileServer(serve(content));
    const source = { url: server.url, sizeBytes: SIZE, md5, head: '1f8b' };
    const found = content.subarray(0, 2).toString('hex');
    expect(await messageOf(downloadFile(source, file, { numTries: 1 }))).toBe(
      `Cannot download URL: what the server sends is not the file: it begins with ${found}, expected 1f8b.\n` +
        CHECK_ADDRESS,
    );
    await downloadFile({ ...source, head: found }, file, { numTries: 1 });
    expect(readFileSync(file).equals(content)).toBe(true);
  });
});

describe('a file comes', () => {
  test('whole', async () => {
    await download(serve(content));
    expectWholeFile();
    expect(server!.requests).toEqual(['whole']);
    expect(progress).toEqual(progress.toSorted((one, other) => one - other));
  });

  test('without a length', async () => {
    await download((_, response) => {
      response.write(content.subarray(0, 1000));
      response.end(content.subarray(1000));
    });
    expectWholeFile();
  });

  test('from where an earlier run stopped', async () => {
    leavePart(content.subarray(0, 150_000));
    await download(serve(content));
    expectWholeFile();
    expect(server!.requests).toEqual(['bytes=150000-']);
    expect(progress[0]).toBe(150_000);
  });

  test('without a request when an earlier run got all of it', async () => {
    leavePart(content);
    await download(status(500));
    expectWholeFile();
    expect(server!.requests).toEqual([]);
  });

  test('without a request when it is there', async () => {
    await download(serve(content));
    await download(serve(content));
    expectWholeFile();
    expect(server!.requests).toEqual(['whole']);
  });

  test('anew where the part is longer than the file', async () => {
    leavePart(Buffer.concat([content, content]));
    await download(serve(content));
    expectWholeFile();
    expect(server!.requests).toEqual(['whole']);
  });

  test.each<{ what: string; answer: Answer; requests: string[] }>([
    { what: 'ignores ranges', answer: (_, response) => response.end(content), requests: ['bytes=1000-'] },
    {
      what: 'sends another part',
      answer: inTurn(status(206, { 'content-range': `bytes 0-${SIZE - 1}/${SIZE}` }), serve(content)),
      requests: ['bytes=1000-', 'whole'],
    },
    {
      what: 'sends a part of another file',
      answer: inTurn(status(206, { 'content-range': 'bytes 1000-1999/2000' }), serve(content)),
      requests: ['bytes=1000-', 'whole'],
    },
    {
      what: 'does not say which part it sends',
      answer: inTurn(status(206), serve(content)),
      requests: ['bytes=1000-', 'whole'],
    },
    {
      what: 'does not like the range',
      answer: inTurn(status(416), serve(content)),
      requests: ['bytes=1000-', 'whole'],
    },
  ])('anew from a server that $what', async ({ answer, requests }) => {
    leavePart(content.subarray(0, 1000));
    await download(answer);
    expectWholeFile();
    expect(server!.requests).toEqual(requests);
  });

  test.each(['stall', 'cut'] as const)('over a connection that ends early (%s), in parts', async (end) => {
    if (end === 'stall') stopClock();
    const stall = () => vi.advanceTimersByTime(STALL_MS);
    const part = (numBytes: number) =>
      end === 'stall' ? stallAfter(content, numBytes, isTaken, stall) : cutAfter(content, numBytes, isTaken);
    await download(inTurn(part(70_000), part(80_000), serve(content)));
    expectWholeFile();
    expect(server!.requests).toEqual(['whole', 'bytes=70000-', 'bytes=150000-']);
    const why = end === 'cut' ? 'the connection was cut' : 'the server sent nothing for 10 s';
    expect(notes).toEqual([`${why}; trying again in 1 s (1 of 2)`, `${why}; trying again in 2 s (2 of 2)`]);
    expect(waits).toEqual([1000, 2000]);
  });

  test('after a server that does not answer, and one in trouble', async () => {
    stopClock();
    await download(inTurn(() => vi.advanceTimersByTime(STALL_MS), status(503), serve(content)));
    expectWholeFile();
    expect(notes).toEqual([
      'the server sent nothing for 10 s; trying again in 1 s (1 of 2)',
      'the server answers 503; trying again in 2 s (2 of 2)',
    ]);
  });

  test('by way of redirects', async () => {
    await download(inTurn(status(302, { location: '/there' }), status(308, { location: 'now' }), serve(content)));
    expectWholeFile();
    expect(server!.requests).toEqual(['whole', '/there whole', '/now whole']);
  });

  test('slowly, as long as something comes', async () => {
    stopClock();
    await download((_, response) => {
      let sent = 0;
      const timer = setInterval(() => {
        if (sent > 0 && !isTaken(sent)) return;
        vi.advanceTimersByTime(0.9 * STALL_MS); // five times: longer than stallMs in all
        response.write(content.subarray(sent, (sent += 40_000)));
        if (sent < SIZE) return;
        clearInterval(timer);
        response.end();
      }, 2);
    });
    expectWholeFile();
    expect(notes).toEqual([]);
  });
});

describe('no file comes', () => {
  test.each<{ what: string; answer: Answer; error: string }>([
    { what: 'has none', answer: status(404), error: 'the server answers 404' },
    {
      what: 'redirects in a circle',
      answer: status(302, { location: '/' }),
      error: 'the server redirects more than 5 times',
    },
    {
      what: 'redirects to a file',
      answer: status(302, { location: 'file:///etc/passwd' }),
      error: 'the server redirects to file:, expected http: or https:',
    },
    {
      what: 'redirects to ftp',
      answer: status(301, { location: 'ftp://127.0.0.1/x' }),
      error: 'the server redirects to ftp:, expected http: or https:',
    },
    {
      what: 'redirects to data',
      answer: status(307, { location: 'data:,x' }),
      error: 'the server redirects to data:, expected http: or https:',
    },
    { what: 'redirects to nowhere', answer: status(302), error: 'the server redirects (302) to nowhere' },
    {
      what: 'redirects to no address',
      answer: status(302, { location: 'http://[' }),
      error: 'the server redirects (302) to nowhere',
    },
    {
      what: 'has another file',
      answer: serve(content.subarray(1)),
      error: 'the server offers 199 999 bytes, expected 200 000',
    },
    {
      what: 'packs it again',
      answer: (_, response) => response.setHeader('content-encoding', 'gzip').end(content),
      error: 'the server packs the file once more, so that it cannot be checked',
    },
    {
      what: 'sends parts unasked',
      answer: status(206, { 'content-range': `bytes 0-4/${SIZE}` }),
      error: 'the server answers 206 though the whole file was asked for',
    },
    { what: 'has no content', answer: status(204), error: 'the server answers 204' },
    { what: 'asks for a password', answer: status(401), error: 'the server answers 401' },
  ])('from a server that $what', async ({ answer, error }) => {
    expect(await messageOf(download(answer))).toBe(`Cannot download URL: ${error}.\n${CHECK_ADDRESS}`);
    expect(waits).toEqual([]); // no second try
    expect(readdirSync(join(folder, 'data'))).toEqual(['set.tar.gz.part']);
    expect(readFileSync(`${file}.part`)).toHaveLength(0);
  });

  test('from one that sends more than it should, and nothing is kept', async () => {
    const answer: Answer = (_, response) => {
      response.write(content);
      response.end('more');
    };
    expect(await messageOf(download(answer))).toBe(
      `Cannot download URL: the server sends more than the expected 200 000 bytes.\n${CHECK_ADDRESS}`,
    );
    expect(readFileSync(`${file}.part`)).toHaveLength(0);
  });

  test('while the server is in trouble, after all tries', async () => {
    expect(await messageOf(download(status(500)))).toBe(
      'Cannot download URL: the server answers 500. Tried 3 times; 0 of 200 000 bytes are in DIR/data/set.tar.gz.part.\n' +
        'Run the same command again: it goes on from there.',
    );
    expect(waits).toEqual([1000, 2000]);
  });

  test('over a connection that is always cut; the next run goes on', async () => {
    const answers = inTurn(...new Array<Answer>(3).fill(cutAfter(content, 50_000, isTaken)), serve(content));
    expect(await messageOf(download(answers))).toBe(
      'Cannot download URL: the connection was cut. Tried 3 times; 150 000 of 200 000 bytes are in DIR/data/set.tar.gz.part.\n' +
        'Run the same command again: it goes on from there.',
    );
    await download(answers);
    expectWholeFile();
    expect(server!.requests.at(-1)).toBe('bytes=150000-');
  });

  test('from one that ends early without saying so', async () => {
    const answer: Answer = (_, response) => {
      response.write(content.subarray(0, 10)); // no length is sent with it
      response.end();
    };
    expect(await messageOf(download(answer))).toMatch(/^Cannot download URL: the server ended before the file did\./);
  });

  test('where nobody listens', async () => {
    await download(serve(content));
    const { url } = server!;
    await server!.stop();
    rmSync(file);
    const { host } = new URL(url);
    expect(await messageOf(downloadFrom(url))).toContain(`connect ECONNREFUSED ${host}. Tried 3 times; `);
  });

  test.each(['file:///etc/passwd', 'ftp://host/x', '/local/file', 'data:,x', ''])(
    'from the address %j',
    async (url) => {
      await expect(downloadFrom(url)).rejects.toThrow(
        new ConfigError('url', `The address is '${url}', expected one that begins with https:// or http://.`),
      );
      expect(readdirSync(folder)).toEqual([]);
    },
  );
});

describe('a wrong file', () => {
  const wrong = randomBytes('other');
  const wrongMd5 = createHash('md5').update(wrong).digest('hex');
  const found = `DIR/data/set.tar.gz is not the file expected: 200 000 bytes with MD5 ${wrongMd5}, expected 200 000 with ${md5}.\n`;
  const mend =
    'It is now called DIR/data/set.tar.gz.wrong. Run the same command again to fetch it anew from URL; ' +
    'if that gives a wrong file again, name another server.';

  test('of the right size is put aside, and fetched anew by the next run', async () => {
    const answer = inTurn(serve(wrong), serve(content));
    expect(await messageOf(download(answer))).toBe(found + mend);
    expect(readdirSync(join(folder, 'data'))).toEqual(['set.tar.gz.wrong']);
    await download(answer);
    expect(readFileSync(file).equals(content)).toBe(true);
    expect(server!.requests).toEqual(['whole', 'whole']);
  });

  test('made of two halves is noticed', async () => {
    leavePart(wrong.subarray(0, 100_000));
    expect(await messageOf(download(serve(content)))).toContain('is not the file expected: 200 000 bytes with MD5 ');
  });

  test('that was there before is put aside', async () => {
    mkdirSync(join(folder, 'data'));
    writeFileSync(file, 'mine');
    expect(await messageOf(download(serve(content)))).toContain(
      'DIR/data/set.tar.gz is not the file expected: 4 bytes with MD5 ',
    );
    expect(readFileSync(`${file}.wrong`, 'utf8')).toBe('mine');
    expect(server!.requests).toEqual([]);
  });
});

describe('a disk that fails', () => {
  const mend = 'Mend that and run the same command again: what is finished is not done twice.';

  test('because it is full is told at once, and what was written stays', async () => {
    const handle = await open(join(folder, 'x'), 'w');
    const prototype = Object.getPrototypeOf(handle) as FileHandle;
    await handle.close();
    leavePart(content.subarray(0, 1000));
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    vi.spyOn(prototype, 'write').mockRejectedValueOnce(full);
    expect(await messageOf(download(serve(content)))).toBe(
      `Cannot write DIR/data/set.tar.gz.part: the disk is full.\n${mend}`,
    );
    expect(waits).toEqual([]);
    expect(readFileSync(`${file}.part`)).toHaveLength(1000);
    await download(serve(content));
    expectWholeFile();
  });

  test('because a file is in the way of the folder', async () => {
    writeFileSync(join(folder, 'data'), '');
    expect(await messageOf(download(serve(content)))).toBe(
      'Cannot write DIR/data: DIR/data is a file. Choose another folder.',
    );
  });

  test('because a folder is in the way of the part', async () => {
    mkdirSync(`${file}.part`, { recursive: true });
    expect(await messageOf(download(serve(content)))).toMatch(/^Cannot write DIR\/data\/set\.tar\.gz\.part: EISDIR/);
  });
});
