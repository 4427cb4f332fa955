// How many threads are best by default, and how a process is held to fewer than the machine has.
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** Physical cores this process may use: two threads on one core share its arithmetic units and gain nothing. */
export function physicalCores(): number {
  return Math.min(availableParallelism(), countCores(readOr('/proc/cpuinfo', '')) ?? Infinity);
}

/** Cores named in the text of /proc/cpuinfo; undefined when it names none. */
export function countCores(cpuinfo: string): number | undefined {
  const cores = new Set<string>();
  for (const processor of cpuinfo.split(/\n\s*\n/)) {
    const core = /^core id\s*:\s*(\d+)/m.exec(processor)?.[1];
    if (core !== undefined) cores.add(`${/^physical id\s*:\s*(\d+)/m.exec(processor)?.[1] ?? '0'}/${core}`);
  }
  return cores.size === 0 ? undefined : cores.size;
}

/**
 * The command held to the first `threads` processors it may use, where Linux's `taskset` is there. Setting the libraries'
 * own numbers of threads is not enough: some parts ask the system how many processors there are.
 */
export function pinned(
  command: string,
  args: readonly string[],
  threads: number,
): { command: string; args: readonly string[] } {
  const allowed = expandList(/^Cpus_allowed_list:\s*(\S+)$/m.exec(readOr('/proc/self/status', ''))?.[1] ?? '');
  const taskset = ['/usr/bin/taskset', '/bin/taskset'].find((path) => existsSync(path));
  if (taskset === undefined || threads >= allowed.length) return { command, args };
  return { command: taskset, args: ['-c', allowed.slice(0, threads).join(','), command, ...args] };
}

/** `0-2,5` as [0, 1, 2, 5]; empty for anything else. */
export function expandList(list: string): number[] {
  if (!/^\d+(-\d+)?(,\d+(-\d+)?)*$/.test(list)) return [];
  return list.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
  });
}

function readOr(file: string, otherwise: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return otherwise;
  }
}
