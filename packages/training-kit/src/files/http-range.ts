// Asks a web server for a file from some byte on, and looks at the answer before a byte of it is used.
import { codeOf } from '../errors.js';
import { groupedDigits } from '../words/grouped-digits.js';

/** What a server answered. Reasons complete the sentence "Cannot download URL: …" and have no full stop. */
export type RangeAnswer =
  /** The file from `fromByte` on, which is 0 where the server does not serve parts. */
  | { readonly kind: 'content'; readonly fromByte: number; readonly chunks: AsyncIterator<Uint8Array> }
  /** A trouble that may pass: worth another try. */
  | { readonly kind: 'trouble'; readonly reason: string }
  /** An answer that will be the same next time. */
  | { readonly kind: 'refusal'; readonly reason: string };

export interface RangeRequest {
  readonly url: URL;
  readonly fromByte: number;
  /** Size of the whole file. */
  readonly sizeBytes: number;
  readonly signal: AbortSignal;
}

const MAX_REDIRECTS = 5;
const redirectStatuses = [301, 302, 303, 307, 308];
/** Too slow, too early, too many; all from 500 on count as well. */
const passing = [408, 425, 429];
/** Codes by which Node tells that the other side is gone. */
const cutCodes = ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'];
const PARTIAL_CONTENT = 206;
const RANGE_NOT_SATISFIABLE = 416;

/** Follows redirects, a few and to http and https only. Does not throw: whatever goes wrong is an answer. */
export async function requestRange(request: RangeRequest): Promise<RangeAnswer> {
  let { url } = request;
  for (let numRedirects = 0; numRedirects <= MAX_REDIRECTS; numRedirects++) {
    let response: Response;
    try {
      response = await fetch(url, { redirect: 'manual', headers: headersFor(request), signal: request.signal });
    } catch (error) {
      return { kind: 'trouble', reason: networkReason(error) };
    }
    if (!redirectStatuses.includes(response.status)) return answerIn(response, request);
    await drop(response);
    const target = redirectTarget(response, url);
    if (target === undefined)
      return { kind: 'refusal', reason: `the server redirects (${response.status}) to nowhere` };
    if (!isWebUrl(target)) {
      return { kind: 'refusal', reason: `the server redirects to ${target.protocol}, expected http: or https:` };
    }
    url = target;
  }
  return { kind: 'refusal', reason: `the server redirects more than ${MAX_REDIRECTS} times` };
}

export function isWebUrl(url: URL): boolean {
  return url.protocol === 'http:' || url.protocol === 'https:';
}

/** Why `fetch`, or reading what it gave, failed: its own message is "fetch failed", the cause says more. */
export function networkReason(error: unknown): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause.cause instanceof Error) continue;
    // Connecting to a name with several addresses fails with one error for each, and an empty text.
    if (cause instanceof AggregateError) return networkReason(cause.errors[0]);
    return cutCodes.includes(String(codeOf(cause))) ? 'the connection was cut' : cause.message;
  }
  return String(error);
}

function headersFor({ fromByte }: RangeRequest): Record<string, string> {
  // Bytes are counted and summed as they are stored there: a server must not pack them once more.
  const asStored = { 'accept-encoding': 'identity' };
  return fromByte === 0 ? asStored : { ...asStored, range: `bytes=${fromByte}-` };
}

function redirectTarget(response: Response, from: URL): URL | undefined {
  const location = response.headers.get('location');
  return location !== null && URL.canParse(location, from.href) ? new URL(location, from) : undefined;
}

async function answerIn(response: Response, request: RangeRequest): Promise<RangeAnswer> {
  const { status, headers, body } = response;
  const { fromByte, sizeBytes } = request;
  const encoding = headers.get('content-encoding') ?? 'identity';
  const refuse = async (reason: string): Promise<RangeAnswer> => {
    await drop(response);
    return { kind: 'refusal', reason };
  };

  if (status === RANGE_NOT_SATISFIABLE || (status === PARTIAL_CONTENT && !isRangeAsked(headers, request))) {
    if (fromByte === 0) return refuse(`the server answers ${status} though the whole file was asked for`);
    await drop(response); // a server that does not serve the part asked for may still serve the whole
    return requestRange({ ...request, fromByte: 0 });
  }
  if (status >= 500 || passing.includes(status)) {
    await drop(response);
    return { kind: 'trouble', reason: `the server answers ${status}` };
  }
  if (status !== 200 && status !== PARTIAL_CONTENT) return refuse(`the server answers ${status}`);
  const type = headers.get('content-type') ?? '';
  if (/^(text\/html|application\/xhtml\+xml)\b/i.test(type)) {
    return refuse(
      `the server sends a web page (${type}), not the file; there may be a sign-in page between this machine and it`,
    );
  }
  if (encoding !== 'identity') return refuse('the server packs the file once more, so that it cannot be checked');
  if (body === null) return refuse('the server sends nothing');
  const length = headers.get('content-length');
  if (status === 200 && length !== null && Number(length) !== sizeBytes) {
    return refuse(`the server offers ${groupedDigits(Number(length))} bytes, expected ${groupedDigits(sizeBytes)}`);
  }
  const chunks = (body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
  return { kind: 'content', fromByte: status === PARTIAL_CONTENT ? fromByte : 0, chunks };
}

/** True when the part that comes is the one asked for, of a file of the right size. */
function isRangeAsked(headers: Headers, { fromByte, sizeBytes }: RangeRequest): boolean {
  const range = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(headers.get('content-range') ?? '');
  if (range === null || fromByte === 0) return false;
  const [first, last, total] = [Number(range[1]), Number(range[2]), range[3] === '*' ? sizeBytes : Number(range[3])];
  return first === fromByte && last < sizeBytes && total === sizeBytes;
}

/** Ends an answer that is not read. */
async function drop({ body }: Response): Promise<void> {
  await body?.cancel().catch(() => undefined); // already broken: dropped all the same
}
