// Addresses of workers, `host:port`, before TensorFlow sees them: what it says of a wrong one names neither it nor its place.
import { ConfigError } from 'training-kit/errors';
import { quoted } from '../quoted.js';

const hostAndPort = /^[a-z0-9](?:[a-z0-9._-]{0,251}[a-z0-9.])?:(\d{1,5})$/i;
const MAX_PORT = 65_535;

/**
 * @param key the variable or flag that holds it
 * @param name where in it the address stands, in error texts
 * @returns `text`
 * @throws ConfigError for what is no host name or IPv4 address with a port
 */
export function checkedAddress(text: string, key: string, name = key): string {
  const port = Number(hostAndPort.exec(text)?.[1] ?? 0);
  if (port >= 1 && port <= MAX_PORT) return text;
  const isIpv6 = text.split(':').length > 2;
  throw new ConfigError(
    key,
    `${name} is ${quoted(text)}, expected host:port, with a port from 1 to ${MAX_PORT}.` +
      (isIpv6 ? ' Give the name of a host in place of its IPv6 address.' : ''),
  );
}

/** The parts of an address that was checked. */
export function hostAndPortOf(address: string): { readonly host: string; readonly port: number } {
  const colon = address.lastIndexOf(':');
  return { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) };
}

/** @throws ConfigError where two workers have one address @param name the variable or flag, in error texts */
export function checkDistinct(addresses: readonly string[], key: string, name = key): void {
  const seen = new Map<string, number>();
  addresses.forEach((address, index) => {
    const other = seen.get(address);
    if (other !== undefined) {
      throw new ConfigError(
        key,
        `${name}: workers ${other} and ${index} have the same address, ${address}; each needs its own.`,
      );
    }
    seen.set(address, index);
  });
}
