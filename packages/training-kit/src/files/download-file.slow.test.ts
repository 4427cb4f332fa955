// Servers of all sorts: the right file comes under its name, or none does, and a good server later mends all.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { createRng } from 'rpg-core';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { type Answer, type FileServer, inTurn, serve, startFileServer } from '../../test/file-server.js';
import { scratchFolder } from '../../test/scratch-folder.js';
import { DataError } from '../errors.js';
import { downloadFile } from './download-file.js';

const NUM_CASES = 2000 * inject('casesFactor');
const SIZE = 3000;
const rng = createRng('content');
/** Begins as gzip does. */
const content = Buffer.from(Uint8Array.from({ length: SIZE }, (_, i) => [0x1f, 0x8b, 8][i] ?? rng.below(256)));
const md5 = createHash('md5').update(content).digest('hex');

let folder = '';
let answers: Answer = serve(content);
let server: FileServer;
beforeEach(async () => {
  folder = scratchFolder('download-fuzz');
  server = await startFileServer((request, response, numBefore) => {
    answers(request, response, numBefore);
  });
});
afterEach(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

const bytes = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(fc.nat(SIZE), fc.nat(SIZE + 100)).map(([from, to]) => content.subarray(from, to)) },
  { weight: 2, arbitrary: fc.constant(content) },
  fc.constantFrom(Buffer.from('<!DOCTYPE html><title>Sign in</title>'), Buffer.alloc(SIZE), Buffer.concat([content, content])), // prettier-ignore
  fc.uint8Array({ maxLength: 50 }),
);
const answer: fc.Arbitrary<Answer> = fc
  .record({
    status: fc.constantFrom(200, 200, 200, 206, 206, 204, 302, 404, 416, 429, 500, 503),
    body: bytes,
    isCut: fc.boolean(),
    length: fc.option(fc.oneof(fc.constant(SIZE), fc.nat(2 * SIZE)), { freq: 2 }),
    range: fc.option(
      fc.oneof(
        fc.tuple(fc.nat(SIZE), fc.nat(SIZE), fc.constantFrom(String(SIZE), '*', '10')).map(([from, to, of]) => `bytes ${from}-${to}/${of}`), // prettier-ignore
        fc.constantFrom('', 'bytes */3000', 'bytes 0-2999/3000', 'bytes 9-1/3000', 'items 0-5/9', 'bytes 0-9007199254740993/*'), // prettier-ignore
      ),
    ),
    type: fc.option(fc.constantFrom('text/html; charset=utf-8', 'application/gzip', 'x'), { freq: 3 }),
    location: fc.option(fc.constantFrom('/', '/again', 'file:///etc/passwd', 'http://[', '//')),
  })
  .map(({ status, body, isCut, length, range, type, location }) => (_, response) => {
    response.writeHead(status, {
      connection: 'close',
      ...(length === null ? {} : { 'content-length': length }),
      ...(range === null ? {} : { 'content-range': range }),
      ...(type === null ? {} : { 'content-type': type }),
      ...(location === null ? {} : { location }),
    });
    response.write(body);
    if (isCut) response.destroy();
    else response.end();
  });
const part = fc.option(bytes);

test(`${NUM_CASES} servers: the right file or one sentence, and a good server mends all`, async () => {
  let numRight = 0;
  const property = fc.asyncProperty(part, fc.array(answer, { minLength: 1, maxLength: 4 }), async (left, list) => {
    const home = join(folder, 'data');
    const file = join(home, 'set.tar.gz');
    rmSync(home, { recursive: true, force: true });
    if (left !== null) {
      mkdirSync(home);
      writeFileSync(`${file}.part`, left);
    }
    const download = () =>
      downloadFile({ url: server.url, sizeBytes: SIZE, md5 }, file, {
        stallMs: 600_000,
        numTries: 2,
        wait: () => Promise.resolve(),
      });
    answers = inTurnFrom(server.requests.length, list);
    try {
      await download();
      numRight++;
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      expect(error.message.length).toBeLessThan(800);
      expect(error.message).not.toMatch(/undefined|\[object|not a function|NaN/);
      expect(existsSync(file)).toBe(false);
      for (const name of readdirSync(home)) expect(name).toMatch(/^set\.tar\.gz\.(part|wrong)$/);
      answers = serve(content);
      // What an earlier server sent in place of the file is put aside first.
      await download().catch(() => download());
    }
    expect(readFileSync(file).equals(content)).toBe(true);
  });
  await fc.assert(property, { seed: 91, numRuns: NUM_CASES });
  console.log(`${NUM_CASES} cases, ${numRight} gave the file at once`);
  expect(numRight).toBeGreaterThan(NUM_CASES / 50);
});

/** The answers in turn to the requests from number `first` on. */
function inTurnFrom(first: number, list: readonly Answer[]): Answer {
  const answers = inTurn(...list);
  return (request, response, numBefore) => {
    answers(request, response, numBefore - first);
  };
}
