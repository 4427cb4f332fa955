// A port for a worker whose launcher has named none.
import { createServer } from 'node:net';
import { codeOf, ConfigError } from 'training-kit/errors';

/** Where workers listen that nobody gave a port: the first of these that is free. More than one machine has workers. */
export const FIRST_PORT = 2222;
const NUM_PORTS = 256;

export interface HeldPort {
  readonly port: number;
  /** Makes it free for TensorFlow's server. */
  release(): Promise<void>;
}

/**
 * Takes the first free port from `FIRST_PORT` on, and holds it, so that other workers of this machine take others.
 *
 * @param except worker 0's, which may be on this machine and may not have come yet
 * @throws ConfigError where none is free
 */
export async function holdPort(except: number): Promise<HeldPort> {
  for (let port = FIRST_PORT; port < FIRST_PORT + NUM_PORTS; port++) {
    const held = port === except ? undefined : await hold(port);
    if (held !== undefined) return held;
  }
  throw new ConfigError(
    'cluster',
    `None of the ports ${FIRST_PORT} to ${FIRST_PORT + NUM_PORTS - 1} is free on this machine. End what has them.`,
  );
}

/** @returns undefined for a port that somebody has @throws the system's error for one that cannot be had */
export function hold(port: number): Promise<HeldPort | undefined> {
  return new Promise((resolve, reject) => {
    // Whoever visits is sent away: here is nothing yet.
    const server = createServer((socket) => socket.destroy());
    server.on('error', (error) => {
      if (codeOf(error) === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(port, () => {
      resolve({
        port,
        release: () =>
          new Promise((released) => {
            server.close(() => {
              released();
            });
          }),
      });
    });
  });
}
