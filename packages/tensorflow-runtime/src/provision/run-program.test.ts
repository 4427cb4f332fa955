import { expect, test } from 'vitest';
import { lastLines, runProgram } from './run-program.js';

const runScript = (script: string, signal?: AbortSignal): ReturnType<typeof runProgram> =>
  runProgram(process.execPath, ['--eval', script], { signal });

test('output and errors come together, with the exit code', async () => {
  const script = "process.stdout.write('one\\n'); process.stderr.write('two\\n'); process.exitCode = 3;";
  const { output, ...rest } = await runScript(script);
  expect(rest).toEqual({ code: 3, isMissing: false });
  expect(output.split('\n').sort()).toEqual(['one', 'two']);
});

test('a program that is ended by a signal has no exit code', async () => {
  expect(await runScript("process.kill(process.pid, 'SIGKILL')")).toEqual({ code: null, isMissing: false, output: '' });
});

test('a program that is not there is no error', async () => {
  expect(await runProgram('/there/is/none', [])).toEqual({ code: null, isMissing: true, output: '' });
});

test('aborting ends the program and rejects with the reason', async () => {
  const stop = new AbortController();
  const running = runScript('setInterval(() => undefined, 1000)', stop.signal);
  stop.abort(new Error('Enough.'));
  await expect(running).rejects.toThrow(new Error('Enough.'));
  await expect(runScript('', AbortSignal.abort('no error'))).rejects.toBe('no error');
});

test('the last lines are where a program says what went wrong', () => {
  expect(lastLines('one\ntwo\nthree', 2)).toBe('two\nthree');
  expect(lastLines('one', 2)).toBe('one');
});
