import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { content, downloads, md5, randomBytes, SIZE, STALL_MS } from '../../test/downloads.js';
import { type Answer, cutAfter, inTurn, serve, stallAfter, status } from '../../test/file-server.js';

const { download, expectWholeFile, here, isTaken, leavePart, messageOf, stopClock } = downloads();

describe('a file comes', () => {
  test('whole', async () => {
    await download(serve(content));
    expectWholeFile();
    expect(here.server!.requests).toEqual(['whole']);
    expect(here.progress).toEqual(here.progress.toSorted((one, other) => one - other));
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
    expect(here.server!.requests).toEqual(['bytes=150000-']);
    expect(here.progress[0]).toBe(150_000);
  });

  test('without a request when an earlier run got all of it', async () => {
    leavePart(content);
    await download(status(500));
    expectWholeFile();
    expect(here.server!.requests).toEqual([]);
  });

  test('without a request when it is there', async () => {
    await download(serve(content));
    await download(serve(content));
    expectWholeFile();
    expect(here.server!.requests).toEqual(['whole']);
  });

  test('anew where the part is longer than the file', async () => {
    leavePart(Buffer.concat([content, content]));
    await download(serve(content));
    expectWholeFile();
    expect(here.server!.requests).toEqual(['whole']);
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
    expect(here.server!.requests).toEqual(requests);
  });

  test.each(['stall', 'cut'] as const)('over a connection that ends early (%s), in parts', async (end) => {
    if (end === 'stall') stopClock();
    const stall = () => vi.advanceTimersByTime(STALL_MS);
    const part = (numBytes: number) =>
      end === 'stall' ? stallAfter(content, numBytes, isTaken, stall) : cutAfter(content, numBytes, isTaken);
    await download(inTurn(part(70_000), part(80_000), serve(content)));
    expectWholeFile();
    expect(here.server!.requests).toEqual(['whole', 'bytes=70000-', 'bytes=150000-']);
    const why = end === 'cut' ? 'the connection was cut' : 'the server sent nothing for 10 s';
    expect(here.notes).toEqual([`${why}; trying again in 1 s (1 of 2)`, `${why}; trying again in 2 s (2 of 2)`]);
    expect(here.waits).toEqual([1000, 2000]);
  });

  test('after a server that does not answer, and one in trouble', async () => {
    stopClock();
    await download(inTurn(() => vi.advanceTimersByTime(STALL_MS), status(503), serve(content)));
    expectWholeFile();
    expect(here.notes).toEqual([
      'the server sent nothing for 10 s; trying again in 1 s (1 of 2)',
      'the server answers 503; trying again in 2 s (2 of 2)',
    ]);
  });

  test('by way of redirects', async () => {
    await download(inTurn(status(302, { location: '/there' }), status(308, { location: 'now' }), serve(content)));
    expectWholeFile();
    expect(here.server!.requests).toEqual(['whole', '/there whole', '/now whole']);
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
    expect(here.notes).toEqual([]);
  });
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
    expect(readdirSync(join(here.folder, 'data'))).toEqual(['set.tar.gz.wrong']);
    await download(answer);
    expect(readFileSync(here.file).equals(content)).toBe(true);
    expect(here.server!.requests).toEqual(['whole', 'whole']);
  });

  test('made of two halves is noticed', async () => {
    leavePart(wrong.subarray(0, 100_000));
    expect(await messageOf(download(serve(content)))).toContain('is not the file expected: 200 000 bytes with MD5 ');
  });

  test('that was there before is put aside', async () => {
    mkdirSync(join(here.folder, 'data'));
    writeFileSync(here.file, 'mine');
    expect(await messageOf(download(serve(content)))).toContain(
      'DIR/data/set.tar.gz is not the file expected: 4 bytes with MD5 ',
    );
    expect(readFileSync(`${here.file}.wrong`, 'utf8')).toBe('mine');
    expect(here.server!.requests).toEqual([]);
  });
});

describe('a disk that fails', () => {
  const mend = 'Mend that and run the same command again: what is finished is not done twice.';

  test('because it is full is told at once, and what was written stays', async () => {
    const handle = await open(join(here.folder, 'x'), 'w');
    const prototype = Object.getPrototypeOf(handle) as FileHandle;
    await handle.close();
    leavePart(content.subarray(0, 1000));
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    vi.spyOn(prototype, 'write').mockRejectedValueOnce(full);
    expect(await messageOf(download(serve(content)))).toBe(
      `Cannot write DIR/data/set.tar.gz.part: the disk is full.\n${mend}`,
    );
    expect(here.waits).toEqual([]);
    expect(readFileSync(`${here.file}.part`)).toHaveLength(1000);
    await download(serve(content));
    expectWholeFile();
  });

  test('because a file is in the way of the folder', async () => {
    writeFileSync(join(here.folder, 'data'), '');
    expect(await messageOf(download(serve(content)))).toBe(
      'Cannot write DIR/data: DIR/data is a file. Choose another folder.',
    );
  });

  test('because a folder is in the way of the part', async () => {
    mkdirSync(`${here.file}.part`, { recursive: true });
    expect(await messageOf(download(serve(content)))).toMatch(/^Cannot write DIR\/data\/set\.tar\.gz\.part: EISDIR/);
  });
});
