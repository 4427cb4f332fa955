import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { errorsIn, flagsInHelp, flagsInMessages, flagsInText } from 'training-kit/message-flags';
import { afterEach, expect, test, vi } from 'vitest';
import { resumeRules } from '../config.js';
import { benchCommand } from './bench.js';
import { benchDataCommand } from './bench-data.js';
import { downloadCommand } from './download.js';
import { evaluateCommand } from './evaluate.js';
import { exportCommand } from './export.js';
import { trainCommand } from './train.js';

const commands = {
  train: trainCommand,
  evaluate: evaluateCommand,
  export: exportCommand,
  bench: benchCommand,
  'bench-data': benchDataCommand,
  download: downloadCommand,
};
/** Files that a command imports and whose advice it cannot come to, with the reason. */
const notReached: Partial<Record<keyof typeof commands, Readonly<Record<string, string>>>> = {
  download: {
    'training-kit/key-file.ts': 'no weights are made',
  },
  bench: {
    'training-kit/key-file.ts': 'it times weights from a seed of its own, without a key',
    'training-kit/commands/backend.ts': 'it times weights from a seed of its own, without a key',
  },
  evaluate: {
    'training-kit/checkpoint.ts': 'which of a run’s checkpoints is taken is asked where a run is resumed',

    'training-kit/atomic-file.ts': 'a run writes its folder with it; this command writes no run',
    'data/dataset.ts': 'a folder for the rendered set is refused before, as a flag without effect',
  },
  export: {
    'training-kit/checkpoint.ts': 'which of a run’s checkpoints is taken is asked where a run is resumed',

    'data/dataset.ts': 'a folder for the rendered set is refused before, as a flag without effect',
    'training-kit/atomic-file.ts': 'a run writes its folder with it; this command writes no run',
  },
  'bench-data': {
    'training-kit/key-file.ts': 'no weights are made',
    'training-kit/atomic-file.ts': 'a run writes its folder with it; this command writes no run',
  },
};
/** Files whose advice comes while data are opened, which a run that is resumed has passed with the same settings. */
const beforeFirstStep: Readonly<Record<string, string>> = {};
const pathOf = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const kit = pathOf('../../../../packages/training-kit/src');

afterEach(() => {
  vi.restoreAllMocks();
});

async function flagsOf(command: keyof typeof commands): Promise<Set<string>> {
  let help = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    help += String(text);
    return true;
  });
  await commands[command](['--help']);
  return flagsInHelp(help);
}

const named = (command: string) => flagsInMessages(pathOf(`./${command}.ts`), kit);

test.each(Object.keys(commands) as (keyof typeof commands)[])(
  '%s: no text names a flag that it lacks',
  async (command) => {
    const flags = await flagsOf(command);
    expect(flags.size).toBeGreaterThan(4);
    const reached = named(command).filter(({ file }) => notReached[command]?.[file] === undefined);
    expect(reached.filter(({ flag }) => !flags.has(flag))).toEqual([]);
  },
);

test('what stops a training advises only what a resumed run may change', () => {
  const rules = new Map<string, string>(
    Object.entries(resumeRules).map(([key, rule]) => [
      key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
      rule,
    ]),
  );
  const advised = [...new Set(named('train').map(({ file }) => file))]
    .filter(
      (file) => !/^(commands|presets)\//.test(file), // their texts are read before a start
    )
    .flatMap((file) => {
      const source = file.startsWith('training-kit/')
        ? `${kit}/${file.slice('training-kit/'.length)}`
        : pathOf(`../${file}`);
      const text = readFileSync(source, 'utf8');
      // A wrong call ends before the first step, and leaves no run to resume.
      const atStart = new Set(flagsInText(errorsIn(text, ['ConfigError'])).map((named) => named.text));
      return flagsInText(text).flatMap((found) => (atStart.has(found.text) ? [] : [{ ...found, file }]));
    });
  const refused = advised.filter(({ flag }) => rules.get(flag.replace(/^no-/, '')) === 'fixed');
  expect(refused.filter(({ file }) => beforeFirstStep[file] === undefined)).toEqual([]);
});
