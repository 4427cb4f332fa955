import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { outliveStreams, terminalColumns } from './terminal.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'terminal-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const program = fileURLToPath(new URL('../../test/printing-program.mjs', import.meta.url));

test.each([
  { columns: undefined, width: 80 },
  { columns: 0, width: 80 },
  { columns: 132, width: 132 },
])('a terminal of $columns columns is $width wide', ({ columns, width }) => {
  expect(terminalColumns(columns === undefined ? {} : { columns })).toBe(width);
});

test('no fault of a stream ends the program', () => {
  const stream = new PassThrough();
  outliveStreams([stream, stream]);
  expect(stream.listenerCount('error')).toBe(1);
  for (const code of ['EPIPE', 'EIO', 'ENOSPC']) {
    expect(() => stream.emit('error', Object.assign(new Error(`write ${code}`), { code }))).not.toThrow();
  }
});

describe('a program whose output goes to a full disk', () => {
  function toFullDisk(kind: string) {
    const done = join(folder, `${kind}-full`);
    const { status, stderr } = spawnSync(process.execPath, [program, kind, 'none', done], {
      stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'],
      encoding: 'utf8',
    });
    return { status, stderr: stderr.replaceAll('also here\n', ''), isDone: existsSync(done) };
  }

  test.skipIf(!existsSync('/dev/full'))('goes on to its end, and says that output is missing', () => {
    const stderr = 'Cannot write all output: the disk is full.\n';
    expect(toFullDisk('evaluation')).toEqual({ status: 1, stderr, isDone: true });
  });

  test.skipIf(!existsSync('/dev/full'))('is none the worse for it where it keeps elsewhere what it prints', () => {
    expect(toFullDisk('training')).toEqual({ status: 0, stderr: '', isDone: true });
  });
});

/** Starts a program in a session of its own on a terminal that is closed once it has printed; prints its exit code. */
const DETACHED = `
import os, pty, subprocess, sys
master, slave = pty.openpty()
child = subprocess.Popen(sys.argv[2:], stdin=slave, stdout=slave, stderr=slave, start_new_session=True)
os.close(slave)
assert b'ready' in os.read(master, 100)
os.close(master)
open(sys.argv[1], 'w').close()
print(child.wait())
`;
const hasPython = spawnSync('python3', ['-c', 'import pty']).status === 0;

describe.skipIf(!hasPython)('a detached program whose terminal is closed', () => {
  test.each(['evaluation', 'training', 'hung-up'])('goes on to its end: %s', (kind) => {
    const [closed, done] = [join(folder, `${kind}-closed`), join(folder, `${kind}-done`)];
    const words = ['-c', DETACHED, closed, process.execPath, program, kind, closed, done];
    const { stdout, stderr } = spawnSync('python3', words, { encoding: 'utf8' });
    expect({ stdout, stderr }).toEqual({ stdout: '0\n', stderr: '' });
    expect(readFileSync(done, 'utf8')).toBe(String(kind === 'hung-up')); // the signal was heard
  });
});
