import { type Exemptions, flagsOf, readsARun, textsOf, timesAlone } from 'training-kit/message-flags';
import { expect, test } from 'vitest';
import { resumeRules } from '../config.js';
import { benchCommand } from './bench.js';
import { evaluateCommand } from './evaluate.js';
import { predictCommand } from './predict.js';
import { renderCommand } from './render.js';
import { trainCommand } from './train.js';

const commands = {
  train: trainCommand,
  evaluate: evaluateCommand,
  predict: predictCommand,
  render: renderCommand,
  bench: benchCommand,
};
/** Files that a command imports and whose advice it cannot come to, with the reason. */
const notReached: Partial<Record<keyof typeof commands, Exemptions>> = {
  bench: timesAlone,
  evaluate: readsARun,
  predict: {
    ...readsARun,
    'data/frames/frame-files.ts': 'no dataset is read',
    'data/frames/png-file.ts': 'no dataset is read',
    'data/file-dataset.ts': 'no dataset is read',
    'config.ts': 'the settings are those of a run, which were checked when it began',
    'data/dataset.ts': 'no dataset is read',
    'data/areas.ts': 'no dataset is read',
  },
  render: {
    'training-kit/files/write-error.ts': 'its text for runs is for runs; folders are made with the other one',
    'data/frames/frame-files.ts': 'frames are written, none are read',
    'data/frames/png-file.ts': 'frames are written, none are read',
    'data/file-dataset.ts': 'frames are written, none are read',
    'training-kit/weights/key-file.ts': 'nothing is trained',
    'training-kit/commands/backend.ts': 'nothing is trained',

    'commands/render.ts': 'the second line of an example: a whole command, of train',
    'config.ts': 'the rendered set has no folder',
    'data/dataset.ts': 'the rendered set has no folder',
    'data/areas.ts': 'the rendered set has no areas',
  },
};
/** Files whose advice comes while data are opened, which a run that is resumed has passed with the same settings. */
const beforeFirstStep: Exemptions = {
  'data/dataset.ts': 'which files there are',
  'data/areas.ts': 'which areas are in which split',
  'data/file-dataset.ts': 'which files there are',
  'data/frames/png-file.ts': 'in which unit depths are',
  'data/survey/check-survey.ts': 'which unit and axes the maps have',
};
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
