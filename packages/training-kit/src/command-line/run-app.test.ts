import { afterEach, expect, test, vi } from 'vitest';
import { runApp } from './run-app.js';

const calls: (readonly string[])[] = [];
const commands = {
  train: async (argv: readonly string[]) => {
    calls.push(argv);
    return Promise.resolve();
  },
  bench: async () => Promise.resolve(),
};

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  calls.length = 0;
});

function watched(): { readonly out: string[]; readonly err: string[] } {
  const [out, err]: [string[], string[]] = [[], []];
  vi.spyOn(console, 'log').mockImplementation((text: string) => out.push(text));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => err.push(String(text)) > 0);
  return { out, err };
}

test('the first word names the command, which gets the others', async () => {
  await runApp('pose', commands, ['train', '--seed', '2']);
  expect(calls).toEqual([['--seed', '2']]);
  expect(process.exitCode).toBeUndefined();
});

test.each(['--help', '-h'])('%s names the commands', async (flag) => {
  const { out } = watched();
  await runApp('pose', commands, [flag]);
  expect(out).toEqual(['Usage: npx nx run pose:COMMAND -- [flags]\n\nCommands: train, bench. Each takes --help.']);
  expect(process.exitCode).toBeUndefined();
});

test.each([
  { argv: [], text: 'No command is given. Commands: train, bench; each takes --help.\n' },
  { argv: ['trian'], text: "Unknown command 'trian'. Commands: train, bench; each takes --help.\n" },
  { argv: ['toString'], text: "Unknown command 'toString'. Commands: train, bench; each takes --help.\n" },
])('$argv is a wrong call', async ({ argv, text }) => {
  const { err } = watched();
  await runApp('pose', commands, argv);
  expect(err).toEqual([text]);
  expect(process.exitCode).toBe(2);
});
