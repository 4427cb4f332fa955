// Ports of this machine that nobody listens on.
import { createServer, type Server } from 'node:net';

/** `127.0.0.1:port`, as many as wanted, all different. */
export async function freeAddresses(count: number): Promise<string[]> {
  const servers = await Promise.all(Array.from({ length: count }, listen));
  const addresses = servers.map(addressOf);
  await Promise.all(servers.map(close));
  return addresses;
}

function listen(): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, () => {
      resolve(server);
    });
  });
}

function addressOf(server: Server): string {
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('A server without a port.');
  return `127.0.0.1:${bound.port}`;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
  });
}
