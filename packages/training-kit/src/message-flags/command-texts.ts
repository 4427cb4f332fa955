// For the test that each app has of its commands' texts: what they advise, held against the commands' flags and against
// what a resumed run may change.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { kebabCase } from '../command-line/settings.js';
import type { ResumeRule } from '../run/resume-rules.js';
import { errorsIn, flagsInHelp, flagsInMessages, flagsInText, type NamedFlag } from './named-flags.js';

/** Sources whose advice a command cannot come to, each with the reason; named as in `NamedFlag`. */
export type Exemptions = Readonly<Record<string, string>>;

/** For all commands. */
const onlyWithTheirFlags: Exemptions = {
  'training-kit/command-line/command-line.ts': 'it speaks of presets only where a command has some',
};

/** For a command that reads a run and writes none. */
export const readsARun: Exemptions = {
  'training-kit/checkpoint/checkpoint.ts': 'which of a run’s checkpoints is taken is asked where a run is resumed',
  'training-kit/files/write-error.ts': 'a run writes its folder with it; this command writes no run',
};

/** For a command that times networks which it makes itself. */
export const timesAlone: Exemptions = {
  'training-kit/weights/key-file.ts': 'it times weights from a seed of its own, without a key',
  'training-kit/commands/backend.ts': 'it times weights from a seed of its own, without a key',
};

/** The flags that a command's `--help` prints. */
export async function flagsOf(command: (argv: readonly string[]) => Promise<void>): Promise<Set<string>> {
  const write: unknown = Reflect.get(process.stdout, 'write');
  let help = '';
  process.stdout.write = (text) => {
    help += String(text);
    return true;
  };
  try {
    await command(['--help']);
  } finally {
    Reflect.set(process.stdout, 'write', write);
  }
  return flagsInHelp(help);
}

/** What the texts of one app's commands advise. */
export interface AppTexts {
  /** Flags that texts of `command` name and `flags` lacks. */
  lacked(command: string, flags: ReadonlySet<string>, exempt?: Exemptions): NamedFlag[];
  /**
   * Flags that texts name which end a training after its first step, and whose settings `rules` fixes for a run.
   *
   * @param beforeFirstStep sources whose advice comes while data are opened
   */
  refusedOnResume(rules: Readonly<Record<string, ResumeRule>>, beforeFirstStep?: Exemptions): NamedFlag[];
}

/** @param commandsUrl address of a file in the app's `src/commands` */
export function textsOf(commandsUrl: string): AppTexts {
  const folder = fileURLToPath(new URL('.', commandsUrl));
  const kit = fileURLToPath(new URL('../../../../packages/training-kit/src', commandsUrl));
  const named = (command: string) => flagsInMessages(join(folder, `${command}.ts`), kit);
  const pathOf = (file: string) =>
    file.startsWith('training-kit/') ? join(kit, file.slice('training-kit/'.length)) : join(folder, '..', file);
  return {
    lacked: (command, flags, exempt = {}) =>
      named(command)
        .filter(({ file }) => onlyWithTheirFlags[file] === undefined && exempt[file] === undefined)
        .filter(({ flag }) => !flags.has(flag)),
    refusedOnResume(rules, beforeFirstStep = {}) {
      const fixed = new Set(Object.keys(rules).filter((key) => rules[key] === 'fixed').map(kebabCase)); // prettier-ignore
      const files = new Set(named('train').map(({ file }) => file));
      return [...files]
        .filter((file) => !/^(commands|experiments|presets)\//.test(file)) // their texts are read before a start
        .filter((file) => beforeFirstStep[file] === undefined)
        .flatMap((file) => afterStart(readFileSync(pathOf(file), 'utf8')).map((found) => ({ ...found, file })))
        .filter(({ flag }) => fixed.has(flag.replace(/^no-/, '')));
    },
  };
}

/** A wrong call ends before the first step, and leaves no run to resume. */
function afterStart(source: string): Omit<NamedFlag, 'file'>[] {
  const atStart = new Set(flagsInText(errorsIn(source, ['ConfigError'])).map(({ text }) => text));
  return flagsInText(source).filter(({ text }) => !atStart.has(text));
}
