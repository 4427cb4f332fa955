import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { DataError } from '../errors.js';
import { GONE_AFTER_MS, lockFolder } from './folder-lock.js';

let parent = '';
beforeAll(() => {
  parent = mkdtempSync(join(tmpdir(), 'folder-lock-'));
});
afterAll(() => {
  rmSync(parent, { recursive: true });
});

function newFolder(name: string): string {
  const folder = join(parent, name);
  mkdirSync(folder);
  return folder;
}

/** A process of its own that takes folders. */
function startTaker() {
  const script = fileURLToPath(new URL('../../test/lock-taker.mjs', import.meta.url));
  const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => ((await lines.next()) as { value: string }).value;
  return { child, answer, ask: (folder: string) => child.stdin.write(`${folder}\n`) };
}

describe('among processes', () => {
  let takers: ReturnType<typeof startTaker>[] = [];
  afterEach(() => {
    for (const { child } of takers) child.stdin.end();
  });

  async function start(count: number) {
    takers = Array.from({ length: count }, startTaker);
    for (const { answer } of takers) expect(await answer()).toBe('ready');
    return takers;
  }

  test('that ask in the same moment one gets the folder; the others are told which', async () => {
    const all = await start(4);
    for (let round = 0; round < 12; round++) {
      const folder = newFolder(`new-${round}`);
      for (const { ask } of all) ask(folder);
      const answers = await Promise.all(all.map(({ answer }) => answer()));
      const winner = answers.indexOf('taken');
      expect(answers.filter((answer) => answer === 'taken')).toHaveLength(1);
      const others = answers.filter((_, i) => i !== winner);
      // A lock that is just being written does not tell yet whose it is.
      const told = new RegExp(
        `^The run folder ${folder} is in use: (process ${all[winner]!.child.pid} on ${hostname()} has it since \\S+Z|another process has it)\\. ` +
          'Wait until that has ended, or name another folder\\.$',
      );
      for (const other of others) expect(other).toMatch(told);
      expect(readdirSync(folder)).toEqual(['lock.1.json']);
    }
  });

  test('a folder whose process was killed is taken over by one of those who ask', async () => {
    const [first, ...rest] = await start(4);
    const folder = newFolder('killed');
    first!.ask(folder);
    expect(await first!.answer()).toBe('taken');
    first!.child.kill('SIGKILL');
    await once(first!.child, 'close');
    expect(readdirSync(folder)).toEqual(['lock.1.json']);
    for (const { ask } of rest) ask(folder);
    const answers = await Promise.all(rest.map(({ answer }) => answer()));
    expect(answers.filter((answer) => answer === 'taken')).toHaveLength(1);
    expect(readdirSync(folder)).toEqual(['lock.2.json']);
  });

  test('an ended process leaves nothing', async () => {
    const [only] = await start(1);
    const folder = newFolder('ended');
    only!.ask(folder);
    expect(await only!.answer()).toBe('taken');
    only!.child.stdin.end();
    await once(only!.child, 'close');
    expect(readdirSync(folder)).toEqual([]);
  });
});

test('one process may take a folder twice, and lets go of it twice', () => {
  const folder = newFolder('twice');
  const [first, second] = [lockFolder(folder), lockFolder(folder)];
  first.release();
  first.release();
  expect(readdirSync(folder)).toEqual(['lock.1.json']);
  second.release();
  expect(readdirSync(folder)).toEqual([]);
});

const farFuture = new Date('2100-01-01');

describe('a lock', () => {
  function lockedBy(name: string, owner: object, ageMs = 0): { folder: string; file: string } {
    const folder = newFolder(name);
    const file = join(folder, 'lock.1.json');
    const own = lockFolder(folder);
    const ours = JSON.parse(readFileSync(file, 'utf8')) as object;
    own.release();
    writeFileSync(file, JSON.stringify({ ...ours, ...owner }));
    const time = new Date(Date.now() - ageMs);
    utimesSync(file, time, time);
    return { folder, file };
  }

  test('of another machine holds as long as it shows signs of life', () => {
    const owner = { pid: 7, host: 'node12', place: 'node12 b p', since: '2026-01-31T17:45:02.000Z' };
    const { folder, file } = lockedBy('elsewhere', owner, 60_000);
    expect(() => lockFolder(folder)).toThrow(DataError);
    expect(() => lockFolder(folder)).toThrow(
      new RegExp(
        `^The run folder ${folder} is in use: process 7 on node12 has it since 2026-01-31T17:45:02\\.000Z\\. Wait until that ` +
          `has ended, or name another folder\\. Its last sign of life is .+ old; after 5 min without one it counts as ` +
          `ended\\. If you know that it has, remove ${file}\\.$`,
      ),
    );
    const { folder: silent } = lockedBy('silent', owner, GONE_AFTER_MS + 1000);
    lockFolder(silent).release();
  });

  test('of a process whose number another has by now is taken over', () => {
    const { folder } = lockedBy('reused', { pid: process.ppid, processStart: 'long ago' });
    lockFolder(folder).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('that is empty is being written; after a while it is a leftover', () => {
    const folder = newFolder('empty');
    writeFileSync(join(folder, 'lock.1.json'), '');
    utimesSync(join(folder, 'lock.1.json'), farFuture, farFuture); // it gets no older while the test runs
    expect(() => lockFolder(folder)).toThrow('is in use: another process has it. Wait');
    utimesSync(join(folder, 'lock.1.json'), new Date(0), new Date(0));
    lockFolder(folder).release();
  });

  test('that was lost is noticed before anything is written', () => {
    const folder = newFolder('lost');
    const lock = lockFolder(folder);
    lock.check();
    rmSync(join(folder, 'lock.1.json'));
    lock.check(); // tidied up by someone: made again
    expect(readdirSync(folder)).toEqual(['lock.1.json']);
    rmSync(join(folder, 'lock.1.json'));
    const other = { pid: 7, host: 'node12', place: 'node12 b p', processStart: '1', since: 'noon' };
    writeFileSync(join(folder, 'lock.2.json'), JSON.stringify(other));
    expect(() => {
      lock.check();
    }).toThrow('is in use: process 7 on node12 has it since noon.');
    lock.release();
    expect(readdirSync(folder)).toEqual(['lock.2.json']);
  });
});
