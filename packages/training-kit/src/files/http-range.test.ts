import { afterEach, expect, test } from 'vitest';
import { type Answer, type FileServer, inTurn, serve, startFileServer, status } from '../../test/file-server.js';
import { isWebUrl, networkReason, type RangeAnswer, requestRange } from './http-range.js';

const content = Uint8Array.from({ length: 100 }, (_, i) => i);

let server: FileServer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

async function ask(answer: Answer, fromByte = 0, sizeBytes = content.length): Promise<RangeAnswer> {
  server = await startFileServer(answer);
  return requestRange({ url: new URL(server.url), fromByte, sizeBytes, signal: new AbortController().signal });
}

async function bytesOf(answer: RangeAnswer): Promise<number[]> {
  if (answer.kind !== 'content') throw new Error(answer.reason);
  const bytes: number[] = [];
  for (let next = await answer.chunks.next(); next.done !== true; next = await answer.chunks.next()) {
    bytes.push(...next.value);
  }
  return bytes;
}

test.each([0, 40])('the file from byte %d on', async (fromByte) => {
  const answer = await ask(serve(content), fromByte);
  expect(answer).toMatchObject({ kind: 'content', fromByte });
  expect(await bytesOf(answer)).toEqual([...content.subarray(fromByte)]);
});

test('the whole file where the server does not serve the part', async () => {
  const answer = await ask(inTurn(status(416), serve(content)), 40);
  expect(answer).toMatchObject({ kind: 'content', fromByte: 0 });
  expect(server!.requests).toEqual(['bytes=40-', 'whole']);
});

test.each<{ what: string; answer: Answer; expected: Partial<RangeAnswer> }>([
  { what: 'in trouble', answer: status(503), expected: { kind: 'trouble', reason: 'the server answers 503' } },
  { what: 'in a hurry', answer: status(429), expected: { kind: 'trouble', reason: 'the server answers 429' } },
  { what: 'without the file', answer: status(404), expected: { kind: 'refusal', reason: 'the server answers 404' } },
  {
    what: 'that sends elsewhere',
    answer: status(302, { location: 'ftp://other/file' }),
    expected: { kind: 'refusal', reason: 'the server redirects to ftp:, expected http: or https:' },
  },
  {
    what: 'that sends round in circles',
    answer: status(302, { location: '/' }),
    expected: { kind: 'refusal', reason: 'the server redirects more than 5 times' },
  },
])('a server $what', async ({ answer, expected }) => {
  expect(await ask(answer)).toEqual(expected);
});

test('a file of another size is refused', async () => {
  expect(await ask(serve(content), 0, 90)).toEqual({
    kind: 'refusal',
    reason: 'the server offers 100 bytes, expected 90',
  });
});

test('why a connection failed is said by the innermost cause', () => {
  const gone = Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' });
  expect(networkReason(new TypeError('fetch failed', { cause: gone }))).toBe('the connection was cut');
  const refused = new AggregateError([new Error('connect ECONNREFUSED 127.0.0.1:1')], '');
  expect(networkReason(new TypeError('fetch failed', { cause: refused }))).toBe('connect ECONNREFUSED 127.0.0.1:1');
});

test('web addresses', () => {
  expect(['http://a', 'https://a', 'ftp://a', 'file:///a'].map((text) => isWebUrl(new URL(text)))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
