import { CommanderError } from 'commander';
import { describe, expect, test } from 'vitest';
import { ConfigError, DataError } from '../errors.js';
import { exitCodeOf, runMain } from './run-main.js';

async function outcome(
  main: () => Promise<void>,
  isDebug = false,
): Promise<{ text: string; code: number | undefined }> {
  let text = '';
  let code: number | undefined;
  await runMain(main, {
    write: (more) => {
      text += more;
    },
    setExitCode: (value) => {
      code = value;
    },
    isDebug,
  });
  return { text, code };
}

test.each([
  { error: new ConfigError('batchSize', 'no'), code: 2 },
  { error: new DataError('train.bin', 'cut'), code: 1 },
  { error: new CommanderError(1, 'commander.unknownOption', 'unknown'), code: 2 },
  { error: new CommanderError(0, 'commander.helpDisplayed', '(outputHelp)'), code: 0 },
  { error: new RangeError('bug'), code: 1 },
  { error: 'a thrown string', code: 1 },
])('exit code of $error is $code', ({ error, code }) => {
  expect(exitCodeOf(error)).toBe(code);
});

describe('runMain', () => {
  test('prints nothing and leaves the exit code alone when all went well', async () => {
    expect(await outcome(() => Promise.resolve())).toEqual({ text: '', code: undefined });
  });

  test('prints the message alone', async () => {
    const failing = () => Promise.reject(new ConfigError('seed', 'The seed is -1, expected 0 or more.'));
    expect(await outcome(failing)).toEqual({ text: 'The seed is -1, expected 0 or more.\n', code: 2 });
  });

  test('prints stack and cause under DEBUG', async () => {
    const failing = () => Promise.reject(new DataError('x.bin', 'Cannot read x.bin.', { cause: new Error('EACCES') }));
    const { text, code } = await outcome(failing, true);
    expect(code).toBe(1);
    expect(text).toMatch(/^DataError: Cannot read x\.bin\.\n {4}at /);
    expect(text).toContain('[cause]: Error: EACCES');
  });

  test('prints a thrown value that is no Error', async () => {
    const failing = () =>
      Promise.resolve().then(() => {
        AbortSignal.abort({ status: 3 }).throwIfAborted();
      });
    expect(await outcome(failing)).toEqual({ text: '{ status: 3 }\n', code: 1 });
  });

  test('says nothing after --help', async () => {
    const help = () => Promise.reject(new CommanderError(0, 'commander.helpDisplayed', '(outputHelp)'));
    expect(await outcome(help)).toEqual({ text: '', code: 0 });
  });
});
