// A web server on this machine that serves one file as well, or as badly, as a test wants.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers one request; `numBefore` requests came before it. */
export type Answer = (request: IncomingMessage, response: ServerResponse, numBefore: number) => void;

export interface FileServer {
  /** `http://127.0.0.1:PORT/` */
  readonly url: string;
  /** The `range` header of each request so far, and its path where that is not `/`. */
  readonly requests: string[];
  stop(): Promise<void>;
}

export async function startFileServer(answer: Answer): Promise<FileServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const words = [request.url === '/' ? '' : request.url, request.headers.range ?? 'whole'];
    requests.push(words.filter((word) => word !== '').join(' '));
    answer(request, response, requests.length - 1);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    requests,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** What a good server does: the whole file, or the part asked for. */
export function serve(content: Uint8Array): Answer {
  return (request, response) => {
    const from = firstByte(request);
    response.writeHead(from === 0 ? 200 : 206, {
      'content-length': content.length - from,
      ...(from === 0 ? {} : { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` }),
    });
    response.end(content.subarray(from));
  };
}

/**
 * As `serve`, but cuts the connection after `numBytes`.
 *
 * @param isTaken tells that all bytes up to this one arrived: a cut any earlier would take bytes along that are still on
 *   their way
 */
export function cutAfter(content: Uint8Array, numBytes: number, isTaken: (lastByte: number) => boolean): Answer {
  return servePart(content, numBytes, isTaken, (response) => response.destroy());
}

/** As `serve`, but sends nothing more after `numBytes`; calls `onStall` when they arrived. */
export function stallAfter(
  content: Uint8Array,
  numBytes: number,
  isTaken: (lastByte: number) => boolean,
  onStall: () => void,
): Answer {
  return servePart(content, numBytes, isTaken, onStall);
}

function servePart(
  content: Uint8Array,
  numBytes: number,
  isTaken: (lastByte: number) => boolean,
  onTaken: (response: ServerResponse) => void,
): Answer {
  return (request, response) => {
    const from = firstByte(request);
    response.writeHead(from === 0 ? 200 : 206, {
      'content-length': content.length - from,
      ...(from === 0 ? {} : { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` }),
    });
    response.write(content.subarray(from, from + numBytes));
    const timer = setInterval(() => {
      if (!isTaken(from + numBytes)) return;
      clearInterval(timer);
      onTaken(response);
    }, 2);
  };
}

/** First the answers listed, one a request, then the last of them for ever. */
export function inTurn(...answers: readonly Answer[]): Answer {
  return (request, response, numBefore) => {
    answers[Math.min(numBefore, answers.length - 1)]!(request, response, numBefore);
  };
}

export function status(code: number, headers: Readonly<Record<string, string>> = {}): Answer {
  return (_, response) => {
    response.writeHead(code, headers).end('sorry');
  };
}

function firstByte(request: IncomingMessage): number {
  return Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
}
