import {
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DataError } from '../errors.js';
import { openRun, type Run } from '../run/run-folder.js';

let folder = '';
let printed: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lost-checkpoints-'));
  printed = [];
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const inRun = (...names: string[]): string => join(folder, 'run', ...names);

function open(resume: boolean, fromStep?: number): Promise<Run> {
  return openRun({
    folder: inRun(),
    config: { checkpointEvery: 2 },
    seed: 1,
    backend: { name: 'cpu' },
    resume,
    ...(fromStep === undefined ? {} : { fromStep }),
    print: (line) => printed.push(line.replaceAll(folder, 'DIR')),
  });
}

/** Two steps, a checkpoint after each, the first of them the best. */
async function train(): Promise<void> {
  const run = await open(false);
  for (const step of [1, 2]) {
    run.log(step, { loss: step });
    await run.save(step, { tensors: new Map(), metadata: {} }, { isBest: step === 1 });
  }
  printed = [];
}

async function refusal(): Promise<string> {
  const before = readFileSync(inRun('metrics.jsonl'), 'utf8');
  const error: unknown = await (await open(true)).resume().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(DataError);
  expect(readFileSync(inRun('metrics.jsonl'), 'utf8')).toBe(before); // nothing is erased
  return (error as DataError).message.replaceAll(folder, 'DIR');
}

const removeSteps = (): void => {
  for (const step of [1, 2]) rmSync(inRun('checkpoints', `step-0000000${step}.safetensors`));
};

test('step files that are gone are not taken for a run that never began; the best one is offered', async () => {
  await train();
  removeSteps();
  expect(await refusal()).toBe(
    'Cannot resume DIR/run: it has made steps, and DIR/run/checkpoints holds no checkpoint of a step. ' +
      'DIR/run/checkpoints/best.safetensors is there, of step 1: add --from-step 1 to go on from it.',
  );
  const checkpoint = await (await open(true, 1)).resume();
  expect(checkpoint?.step).toBe(1);
});

test('neither are they where the best one is gone as well', async () => {
  await train();
  rmSync(inRun('checkpoints'), { recursive: true });
  const text =
    'Cannot resume DIR/run: it has made steps, and DIR/run/checkpoints holds no checkpoint of a step. ' +
    'Put the files back, or start a new run in a new folder.';
  expect(await refusal()).toBe(text);
  // An older version's record does not say that there were some; its metrics do, where they are many.
  const record = JSON.parse(readFileSync(inRun('config.json'), 'utf8')) as object;
  writeFileSync(inRun('config.json'), JSON.stringify({ ...record, isSaved: undefined }));
  writeFileSync(inRun('metrics.jsonl'), '{"step":1,"wallTime":0}\n'.repeat(5));
  expect(await refusal()).toBe(text);
});

test('a link to a disk that is not mounted is named', async () => {
  await train();
  renameSync(inRun('checkpoints'), join(folder, 'disk'));
  symlinkSync(join(folder, 'unmounted'), inRun('checkpoints'));
  expect(await refusal()).toBe(
    'Cannot resume DIR/run: it has made steps, and DIR/run/checkpoints is a link to DIR/unmounted, which is not there; ' +
      'is a disk not mounted? Put the files back, or start a new run in a new folder.',
  );
});

test('where all step files are damaged the best one is offered', async () => {
  await train();
  for (const step of [1, 2]) truncateSync(inRun('checkpoints', `step-0000000${step}.safetensors`), 4);
  expect(await refusal()).toMatch(
    /^None of the 2 checkpoints in DIR\/run\/checkpoints can be used; best\.safetensors is sound, of step 1: add --from-step 1 to go on from it\.\n/,
  );
});

test('a run that was stopped before its first checkpoint begins again', async () => {
  const run = await open(false);
  run.log(1, { loss: 1 });
  expect(await (await open(true)).resume()).toBeUndefined();
  expect(readFileSync(inRun('metrics.jsonl'), 'utf8')).toBe('');
});

test('metrics that are gone are told', async () => {
  await train();
  rmSync(inRun('metrics.jsonl'));
  expect((await (await open(true)).resume())?.step).toBe(2);
  expect(existsSync(inRun('metrics.jsonl'))).toBe(true);
  expect(printed).toEqual([
    'Resumed from step 2.',
    'DIR/run/metrics.jsonl lacks 2 lines that were there at the checkpoint: curves have gaps.',
  ]);
});
