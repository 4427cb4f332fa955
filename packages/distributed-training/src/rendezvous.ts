// Where only worker 0's address is known: all others tell it theirs, and it tells all of them the whole list.
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigError, reasonOf, WorkersLost } from 'training-kit/errors';
import { hostAndPortOf } from './environment/address.js';
import { type HeldPort, holdPort } from './own-port.js';
import { tellWaiting } from './tell-waiting.js';

export interface RendezvousOptions {
  /** `host:port` of worker 0. */
  readonly chief: string;
  /** Which worker this is, of how many. */
  readonly index: number;
  readonly count: number;
  readonly joinSeconds: number;
  /** Is told who is missing. */
  readonly note: (line: string) => void;
}

/** A line of a hostile or mistaken visitor ends here. */
const MAX_LINE_BYTES = 256;
const RETRY_MS = 500;
/** What worker 0 hears from is another network than it is told of: names are not known there, numbers are. */
const isHost = /^[0-9.]+$/;

/**
 * Exchanges addresses over IPv4. A worker's host is the one that worker 0 sees it come from, its port the first one that is
 * free there; all ports are free again when the promise resolves.
 *
 * @returns `host:port` of every worker, by its index
 * @throws WorkersLost when not all have come within `joinSeconds`; ConfigError when two of them have one index
 */
export async function rendezvous(options: RendezvousOptions): Promise<string[]> {
  const signal = AbortSignal.timeout(options.joinSeconds * 1000);
  if (options.index === 0) return gather(options, signal);
  const own = await holdPort(hostAndPortOf(options.chief).port);
  try {
    return await visit(options, own, signal);
  } finally {
    await own.release();
  }
}

async function gather(options: RendezvousOptions, signal: AbortSignal): Promise<string[]> {
  const { chief, count } = options;
  const addresses = new Map<number, string>([[0, chief]]);
  const visitors = new Map<number, Socket>();
  const all = new Set<Socket>();
  const server = createServer();
  const stopTelling = tellWaiting(options.note, () => workersOf(absent(addresses, count), count));
  try {
    await new Promise<void>((resolve, reject) => {
      server.on('error', reject);
      server.on('connection', (socket) => {
        all.add(socket);
        socket.on('close', () => all.delete(socket));
        socket.on('error', () => undefined); // a worker comes again
        void lineOf(socket, MAX_LINE_BYTES).then((line) => {
          const told = parseVisit(line, count);
          const host = (socket.remoteAddress ?? '').replace(/^::ffff:/, ''); // IPv4 on a socket for both
          if (told === undefined || !isHost.test(host)) {
            socket.destroy();
            return;
          }
          const [known, address] = [addresses.get(told.index), `${host}:${told.port}`];
          if (known !== undefined && known !== address) reject(twice(told.index, known, address));
          addresses.set(told.index, address);
          visitors.set(told.index, socket);
          if (addresses.size === count) resolve();
        });
      });
      signal.addEventListener('abort', () => {
        reject(notCome(absent(addresses, count), options));
      });
      server.listen(hostAndPortOf(chief).port);
    });
    const list = Array.from({ length: count }, (_, index) => addresses.get(index)!);
    await Promise.all([...visitors.values()].map((socket) => farewell(socket, `${JSON.stringify(list)}\n`)));
    return list;
  } finally {
    stopTelling();
    for (const socket of all) socket.destroy();
    await closed(server);
  }
}

/** Comes again until worker 0 has the whole list. */
async function visit(options: RendezvousOptions, own: HeldPort, signal: AbortSignal): Promise<string[]> {
  const { chief, index, joinSeconds } = options;
  let reason = 'it did not answer';
  const stopTelling = tellWaiting(options.note, () => `worker 0 (${chief}: ${reason})`);
  try {
    while (!signal.aborted) {
      try {
        return await askOnce(options, own, signal);
      } catch (error) {
        reason = reasonOf(error);
      }
      await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    stopTelling();
  }
  throw new WorkersLost(
    `Worker ${index} did not get the list of workers from worker 0 at ${chief} within ${joinSeconds} s (--join-timeout): ${reason}.`,
  );
}

async function askOnce(
  { chief, index, count }: RendezvousOptions,
  { port }: HeldPort,
  signal: AbortSignal,
): Promise<string[]> {
  const socket = connect({ ...hostAndPortOf(chief), family: 4 });
  const end = () => socket.destroy();
  signal.addEventListener('abort', end);
  try {
    const failed = new Promise<never>((_, reject) => socket.on('error', reject));
    socket.write(`${JSON.stringify({ index, port })}\n`);
    const addresses = parseList(await Promise.race([lineOf(socket, MAX_LINE_BYTES * count), failed]), count);
    if (addresses === undefined) throw new Error('its list is not complete yet');
    return addresses;
  } finally {
    signal.removeEventListener('abort', end);
    socket.destroy();
  }
}

/** The first line that comes; '' where the other side ends, or says too much, before. */
function lineOf(socket: Socket, maxBytes: number): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    socket.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
      const end = text.indexOf('\n');
      if (end !== -1) resolve(text.slice(0, end));
      else if (text.length > maxBytes) resolve('');
    });
    socket.on('close', () => {
      resolve('');
    });
  });
}

function parseVisit(line: string, count: number): { index: number; port: number } | undefined {
  const { index, port } = (parsed(line) ?? {}) as { index?: unknown; port?: unknown };
  const isIndex = typeof index === 'number' && Number.isInteger(index) && index > 0 && index < count;
  const isPort = typeof port === 'number' && Number.isInteger(port) && port > 0 && port < 65_536;
  return isIndex && isPort ? { index, port } : undefined;
}

function parseList(line: string, count: number): string[] | undefined {
  const value = parsed(line);
  if (!Array.isArray(value) || value.length !== count) return undefined;
  return value.every((address) => typeof address === 'string') ? value : undefined;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function farewell(socket: Socket, text: string): Promise<void> {
  return new Promise((resolve) => {
    if (socket.destroyed) resolve();
    socket.on('close', () => {
      resolve();
    });
    socket.end(text);
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
  });
}

function twice(index: number, one: string, other: string): ConfigError {
  return new ConfigError(
    'cluster',
    `Two workers say that they are worker ${index}: ${one} and ${other}. Each needs a rank of its own.`,
  );
}

function absent(addresses: ReadonlyMap<number, string>, count: number): number[] {
  return Array.from({ length: count }, (_, index) => index).filter((index) => !addresses.has(index));
}

function workersOf(indices: readonly number[], count: number): string {
  return `${indices.length === 1 ? 'worker' : 'workers'} ${indices.join(', ')} of ${count}`;
}

function notCome(indices: readonly number[], { count, joinSeconds }: RendezvousOptions): WorkersLost {
  const who = workersOf(indices, count);
  return new WorkersLost(
    `W${who.slice(1)} did not come within ${joinSeconds} s (--join-timeout). Start all ${count} again.`,
  );
}
