import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exitCodeOf, latestCheckpoint, readCheckpoint } from 'training-kit';
import { ConfigError, DataError } from 'training-kit/errors';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { resumeRules } from '../config.js';
import { trainCommand } from './train.js';

let parent = '';
let folder = '';
let printed = '';
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'train-command-'));
  folder = join(parent, 'run');
  printed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += readable(String(text));
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(parent, { recursive: true });
});

/** Six steps of a tiny network. */
const settings = [
  ...['--width', '4', '--rendered-train', '50', '--rendered-test', '20', '--val-examples', '10'],
  ...['--num-epochs', '1', '--batch-size', '8', '--checkpoint-every', '1'],
];

function readable(text: string): string {
  return text.replaceAll(parent, 'DIR');
}

async function errorOf(promise: Promise<unknown>): Promise<Error> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Error);
  return error as Error;
}

const checkpoints = () => join(folder, 'checkpoints');

test('a loss that is no number stops the run; the checkpoints before are sound', async () => {
  const error = await errorOf(trainCommand(['--run', folder, ...settings, '--learning-rate', '1e38']));
  const [, loss = '', step = ''] = /^The loss is (\S+) at step (\d+);/.exec(error.message) ?? [];
  expect(readable(error.message)).toBe(
    `The loss is ${loss} at step ${step}; the run stops. A lower learning rate or a longer warm-up usually helps. ` +
      `Checkpoints from before are in DIR/run/checkpoints. ${
        Number(step) < 3
          ? `The only one, of step ${Number(step) - 1}, gives this loss at once: start a new run.`
          : `Go on with --resume DIR/run --from-step ${Number(step) - 2}, since the newest, of step ${Number(step) - 1}, ` +
            'gives this loss at once, and a lower --learning-rate or a longer --warm-up-epochs.'
      }`,
  );
  expect(exitCodeOf(error)).toBe(1);
  expect(['NaN', 'Infinity']).toContain(loss);
  const logged = readFileSync(join(folder, 'metrics.jsonl'), 'utf8').trim().split('\n');
  expect(JSON.parse(logged.at(-1)!)).toMatchObject({ step: Number(step), loss });
  expect(readdirSync(checkpoints())).not.toEqual([]);
  for (const file of readdirSync(checkpoints())) await readCheckpoint(join(checkpoints(), file));
  const newest = await latestCheckpoint(checkpoints(), () => undefined);
  expect(newest?.step).toBe(Number(step) - 1);
});

test('a run that is resumed: changed settings, a cut checkpoint, a taken folder', async () => {
  await trainCommand(['--run', folder, ...settings]);
  const listed = readdirSync(checkpoints()).sort();

  const free = Object.entries(resumeRules).flatMap(([key, rule]) => (rule === 'fixed' ? [] : [key]));
  const changed = await errorOf(trainCommand(['--resume', folder, '--width', '8', '--no-reflect']));
  expect(readable(changed.message)).toBe(
    'Cannot resume DIR/run: the settings differ from those it was started with.\n' +
      '  width: was 4, is 8\n' +
      '  reflect: was true, is false\n' +
      'Give the old values, or start a new run in a new folder. ' +
      `Free to change on resume: ${free.join(', ')}, preset.`,
  );
  expect([changed instanceof ConfigError, exitCodeOf(changed)]).toEqual([true, 2]);
  expect(readdirSync(checkpoints()).sort()).toEqual(listed);

  const taken = await errorOf(trainCommand(['--run', folder, ...settings]));
  expect(readable(taken.message)).toBe(
    'The run folder DIR/run is not empty. Go on with that run by --resume, or name a new folder.',
  );
  expect(exitCodeOf(taken)).toBe(2);

  const newest = join(checkpoints(), 'step-00000006.safetensors');
  const whole = readFileSync(newest);
  truncateSync(newest, statSync(newest).size - 1);
  printed = '';
  await trainCommand(['--resume', folder]);
  expect(printed).toMatch(
    /^The checkpoint DIR\/run\/checkpoints\/step-00000006\.safetensors is damaged: .* Going on from the one before\.$/m,
  );
  expect(printed).toMatch(/^Resumed from step 5\.$/m);
  expect(readFileSync(newest).equals(whole)).toBe(true); // the step made again gave the same bytes
});

test('a folder without a run cannot be resumed, and is not made', async () => {
  const error = await errorOf(trainCommand(['--resume', folder]));
  expect(readable(error.message)).toBe('There is no DIR/run/config.json: name the folder of a run, or start one.');
  expect([error instanceof DataError, exitCodeOf(error)]).toEqual([true, 1]);
  expect(readdirSync(parent)).toEqual([]);
});
