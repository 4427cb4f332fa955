import { type Exemptions, flagsOf, readsARun, textsOf, timesAlone } from 'training-kit/message-flags';
import { expect, test } from 'vitest';
import { resumeRules } from '../config.js';
import { benchCommand } from './bench.js';
import { compareCommand } from './compare.js';
import { evaluateCommand } from './evaluate.js';
import { trainCommand } from './train.js';

const commands = {
  train: trainCommand,
  compare: compareCommand,
  evaluate: evaluateCommand,
  bench: benchCommand,
};
/** Files that a command imports and whose advice it cannot come to, with the reason. */
const notReached: Partial<Record<keyof typeof commands, Exemptions>> = {
  bench: timesAlone,
  train: { 'training-kit/run/result-files.ts': 'a training writes its result over the one before; it asks nobody' },
  compare: {
    'training-kit/run/result-files.ts': 'a training writes its result over the one before; it asks nobody',
    'config.ts': 'the names of members say which network has how many blocks',
  },
  evaluate: {
    ...readsARun,
    'data/dataset.ts': 'a folder for the rendered set is refused before, as a flag without effect',
    'config.ts': 'the settings are those of a run, which were checked when it began',
  },
};
/** Files whose advice comes while data are opened, which a run that is resumed has passed with the same settings. */
const beforeFirstStep: Exemptions = {};
const texts = textsOf(import.meta.url);

test.each(Object.keys(commands) as (keyof typeof commands)[])(
  '%s: no text names a flag that it lacks',
  async (command) => {
    const flags = await flagsOf(commands[command]);
    expect(flags.size).toBeGreaterThan(4);
    expect(texts.lacked(command, flags, notReached[command])).toEqual([]);
  },
);

test('what stops a training advises only what a resumed run may change', () => {
  expect(texts.refusedOnResume(resumeRules, beforeFirstStep)).toEqual([]);
});
