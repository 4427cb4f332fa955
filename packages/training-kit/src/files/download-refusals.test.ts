import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CHECK_ADDRESS, content, downloads, md5, SIZE } from '../../test/downloads.js';
import { type Answer, cutAfter, inTurn, serve, startFileServer, status } from '../../test/file-server.js';
import { ConfigError } from '../errors.js';
import { downloadFile } from './download-file.js';

const { download, downloadFrom, expectWholeFile, here, isTaken, leavePart, messageOf } = downloads();

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
    expect(readFileSync(`${here.file}.part`)).toHaveLength(0);
    await download(serve(content));
    expectWholeFile();
    expect(here.server!.requests).toEqual(['whole', 'whole']);
  });

  test('is known by its first bytes where its type is another', async () => {
    expect(await messageOf(download(inTurn(asAnything, serve(content))))).toBe(
      'Cannot download URL: what the server sends is not the file: it is a web page, not the file itself; ' +
        `${mend}.\n${CHECK_ADDRESS}`,
    );
    expect(readFileSync(`${here.file}.part`)).toHaveLength(0);
    await download(serve(content));
    expectWholeFile();
  });

  test('that an earlier version kept as the first part is thrown away', async () => {
    leavePart(Buffer.from(page));
    await download(serve(content));
    expectWholeFile();
    expect(here.server!.requests).toEqual(['whole']);
    expect(here.notes).toEqual([
      `DIR/data/set.tar.gz.part is not the beginning of the file: it is a web page, not the file itself; ${mend}. It is ` +
        'fetched anew.',
    ]);
  });

  test('anything else that begins otherwise than files of the kind', async () => {
    here.server = await startFileServer(serve(content));
    const source = { url: here.server.url, sizeBytes: SIZE, md5, head: '1f8b' };
    const found = content.subarray(0, 2).toString('hex');
    expect(await messageOf(downloadFile(source, here.file, { numTries: 1 }))).toBe(
      `Cannot download URL: what the server sends is not the file: it begins with ${found}, expected 1f8b.\n` +
        CHECK_ADDRESS,
    );
    await downloadFile({ ...source, head: found }, here.file, { numTries: 1 });
    expect(readFileSync(here.file).equals(content)).toBe(true);
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
    expect(here.waits).toEqual([]); // no second try
    expect(readdirSync(join(here.folder, 'data'))).toEqual(['set.tar.gz.part']);
    expect(readFileSync(`${here.file}.part`)).toHaveLength(0);
  });

  test('from one that sends more than it should, and nothing is kept', async () => {
    const answer: Answer = (_, response) => {
      response.write(content);
      response.end('more');
    };
    expect(await messageOf(download(answer))).toBe(
      `Cannot download URL: the server sends more than the expected 200 000 bytes.\n${CHECK_ADDRESS}`,
    );
    expect(readFileSync(`${here.file}.part`)).toHaveLength(0);
  });

  test('while the server is in trouble, after all tries', async () => {
    expect(await messageOf(download(status(500)))).toBe(
      'Cannot download URL: the server answers 500. Tried 3 times; 0 of 200 000 bytes are in DIR/data/set.tar.gz.part.\n' +
        'Run the same command again: it goes on from there.',
    );
    expect(here.waits).toEqual([1000, 2000]);
  });

  test('over a connection that is always cut; the next run goes on', async () => {
    const answers = inTurn(...new Array<Answer>(3).fill(cutAfter(content, 50_000, isTaken)), serve(content));
    expect(await messageOf(download(answers))).toBe(
      'Cannot download URL: the connection was cut. Tried 3 times; 150 000 of 200 000 bytes are in DIR/data/set.tar.gz.part.\n' +
        'Run the same command again: it goes on from there.',
    );
    await download(answers);
    expectWholeFile();
    expect(here.server!.requests.at(-1)).toBe('bytes=150000-');
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
    const { url } = here.server!;
    await here.server!.stop();
    rmSync(here.file);
    const { host } = new URL(url);
    expect(await messageOf(downloadFrom(url))).toContain(`connect ECONNREFUSED ${host}. Tried 3 times; `);
  });

  test.each(['file:///etc/passwd', 'ftp://host/x', '/local/file', 'data:,x', ''])(
    'from the address %j',
    async (url) => {
      await expect(downloadFrom(url)).rejects.toThrow(
        new ConfigError('url', `The address is '${url}', expected one that begins with https:// or http://.`),
      );
      expect(readdirSync(here.folder)).toEqual([]);
    },
  );
});
