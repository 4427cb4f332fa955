import { type Exemptions, flagsOf, readsARun, textsOf, timesAlone } from 'training-kit/message-flags';
import { expect, test } from 'vitest';
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
const notReached: Partial<Record<keyof typeof commands, Exemptions>> = {
  download: {
    'training-kit/files/write-error.ts': 'of its two texts a download has the one without a run',
    'training-kit/weights/key-file.ts': 'no weights are made',
  },
  bench: timesAlone,
  evaluate: {
    ...readsARun,
    'data/dataset.ts': 'a folder for the rendered set is refused before, as a flag without effect',
  },
  export: {
    ...readsARun,
    'data/dataset.ts': 'a folder for the rendered set is refused before, as a flag without effect',
  },
  'bench-data': {
    'training-kit/weights/key-file.ts': 'no weights are made',
    'training-kit/files/write-error.ts': 'a run writes its folder with it; this command writes no run',
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
