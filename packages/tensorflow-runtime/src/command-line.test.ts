import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type ChildResult, packageFolder, runNode } from '../test/child-process.js';
import { fakePython } from '../test/fake-python.js';
import { temporaryFolder } from '../test/temporary-folder.js';

const folder = temporaryFolder();
const COMMAND = 'bin/tensorflow-runtime.mjs';

function command(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<ChildResult> {
  return runNode([COMMAND, ...args], { TENSORFLOW_RUNTIME_CACHE: join(folder, 'cache'), ...env });
}

test('the help shows the commands and examples', async () => {
  const { code, stdout } = await command(['--help']);
  expect(code).toBe(0);
  expect(stdout).toContain('provision [options]');
  expect(stdout).toContain('$ npx tensorflow-runtime doctor');
});

test.each([
  { args: [], text: 'Usage: tensorflow-runtime' },
  { args: ['provison'], text: "error: unknown command 'provison'" },
  { args: ['provision', '--fast'], text: "error: unknown option '--fast'" },
  { args: ['provision', '--flavour', 'gpu'], text: "argument 'gpu' is invalid. Allowed choices are cpu, cuda." },
  { args: ['doctor', '--device', 'gpu'], text: "argument 'gpu' is invalid. Allowed choices are auto, tensorflow," },
])('a wrong call exits with 2: $args', async ({ args, text }) => {
  const { code, stderr } = await command(args);
  expect(stderr).toContain(text);
  expect(code).toBe(2);
});

test('a wrong setting exits with 2', async () => {
  const { code, stderr } = await command(['provision'], { TENSORFLOW_RUNTIME_FLAVOUR: 'gpu' });
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: "TENSORFLOW_RUNTIME_FLAVOUR is 'gpu', expected one of: cpu, cuda.\n",
  });
});

test('where something is missing, provision fails, and with --optional only says so', async () => {
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  const env = { PATH: empty, CXX: '' };
  const strict = await command(['provision', '--flavour', 'cpu'], env);
  const optional = await command(['provision', '--flavour', 'cpu', '--optional'], env);
  expect(strict.stderr).toMatch(/^python3 was not found/);
  expect(strict.stderr).toContain('No C++ compiler was found (tried: g++, c++, clang++)');
  expect(optional.stderr).toBe(strict.stderr);
  expect([strict.code, optional.code]).toEqual([1, 0]);
});

test('without a home folder provision says so, and with --optional exits with 0', async () => {
  const env = { HOME: '', XDG_CACHE_HOME: undefined, TENSORFLOW_RUNTIME_CACHE: undefined };
  const strict = await command(['provision'], env);
  const optional = await command(['provision', '--optional'], env);
  expect(strict).toEqual({
    code: 1,
    stdout: '',
    stderr:
      'There is no folder for TensorFlow: HOME is empty or not set, expected an absolute path.\n' +
      'Let TENSORFLOW_RUNTIME_CACHE name a folder that you may write to, or set HOME.\n',
  });
  expect(optional).toEqual({ ...strict, code: 0 });
});

test('a broken download fails, also with --optional', async () => {
  const path = fakePython(join(folder, 'broken'), 'echo "Connection broken: IncompleteRead(1 bytes read)" >&2; exit 2');
  const { code, stderr } = await command(['provision', '--optional', '--flavour', 'cpu'], { PATH: path });
  expect(stderr).toContain('The download of tensorflow-cpu 2.21.0 broke off');
  expect(code).toBe(1);
});

test.each(['SIGINT', 'SIGTERM'] as const)('%s stops provisioning and leaves nothing', async (signal) => {
  const cache = join(folder, signal);
  const path = fakePython(join(folder, `${signal}-bin`), 'echo half > "$TMPDIR/part"; exec tail -f /dev/null');
  const child = spawn(process.execPath, [COMMAND, 'provision', '--flavour', 'cpu'], {
    cwd: packageFolder,
    env: { ...process.env, PATH: path, TENSORFLOW_RUNTIME_CACHE: cache },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  const code = await new Promise<number | null>((resolve) => {
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
      if (!child.killed && stderr.includes('Fetching')) child.kill(signal);
    });
    child.on('close', resolve);
  });
  expect(stderr).toContain(
    'Stopped. What had been begun was removed; run the same command again to provision TensorFlow.',
  );
  expect(code).toBe(1);
  expect(readdirSync(cache)).toEqual([]);
});
