import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { isAlive, withLock } from './provision-lock.js';

const folder = temporaryFolder();
/** Larger than any process id Linux gives out. */
const DEAD_PID = 2 ** 30;

test('holders take turns and leave no file', async () => {
  const file = join(folder, 'turns.lock');
  let inside = 0;
  let most = 0;
  const work = async (): Promise<void> => {
    most = Math.max(most, ++inside);
    await new Promise(setImmediate);
    inside--;
  };
  await Promise.all([1, 2, 3, 4].map(() => withLock(file, work, { pollMs: 1 })));
  expect(most).toBe(1);
  expect(existsSync(file)).toBe(false);
});

test('the lock is released when the work fails', async () => {
  const file = join(folder, 'failing.lock');
  await expect(withLock(file, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(existsSync(file)).toBe(false);
});

test('the lock of a dead process of this host is taken over', async () => {
  const file = join(folder, 'dead.lock');
  writeFileSync(file, JSON.stringify({ pid: DEAD_PID, host: hostname() }));
  const owner = await withLock(file, () => Promise.resolve(readFileSync(file, 'utf8')));
  expect(JSON.parse(owner)).toEqual({ pid: process.pid, host: hostname() });
});

test.each([
  { text: JSON.stringify({ pid: 1, host: 'another-host' }), name: 'of another host' },
  { text: 'not JSON', name: 'of nobody' },
])('an untouched lock $name is taken over by its age', async ({ text }) => {
  const file = join(folder, 'old.lock');
  writeFileSync(file, text);
  utimesSync(file, new Date(0), new Date(0));
  expect(await withLock(file, () => Promise.resolve('done'))).toBe('done');
});

test('a waiter hears once who holds the lock, and can give up', async () => {
  const file = join(folder, 'held.lock');
  writeFileSync(file, JSON.stringify({ pid: process.pid, host: hostname() }));
  const stop = new AbortController();
  const heard: number[] = [];
  const onWait = (pid: number): void => {
    heard.push(pid);
    setImmediate(() => {
      stop.abort();
    });
  };
  await expect(withLock(file, () => Promise.resolve(), { onWait, signal: stop.signal, pollMs: 5 })).rejects.toThrow(
    /abort/i,
  );
  expect(heard).toEqual([process.pid]);
  expect(existsSync(file)).toBe(true);
});

test('a process is told to be alive or not', () => {
  expect(isAlive(process.pid)).toBe(true);
  expect(isAlive(1)).toBe(true);
  expect(isAlive(DEAD_PID)).toBe(false);
});
