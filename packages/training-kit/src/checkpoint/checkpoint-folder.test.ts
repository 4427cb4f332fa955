import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DataError } from '../errors.js';
import { readCheckpoint, writeCheckpoint } from './checkpoint.js';

let run = '';
beforeEach(() => {
  run = mkdtempSync(join(tmpdir(), 'checkpoint-folder-'));
});
afterEach(() => {
  rmSync(run, { recursive: true });
});

test('a run’s folder stands for its best checkpoint, without one for its newest', async () => {
  const checkpoints = join(run, 'checkpoints');
  const content = { tensors: new Map(), metadata: {} };
  for (const step of [1, 2]) await writeCheckpoint(checkpoints, step, content, { keepLast: 2, isBest: step === 1 });
  const best = join(checkpoints, 'best.safetensors');
  for (const path of [run, checkpoints, best])
    expect(await readCheckpoint(path)).toMatchObject({ file: best, step: 1 });
  rmSync(best);
  expect(await readCheckpoint(run)).toMatchObject({ file: join(checkpoints, 'step-00000002.safetensors'), step: 2 });
});

test('a folder without one is named', async () => {
  mkdirSync(join(run, 'checkpoints'));
  await expect(readCheckpoint(run)).rejects.toThrow(
    new DataError(
      run,
      `Cannot read the checkpoint ${run}: it is a folder without one. Name the folder of a run, or a file of its checkpoints.`,
    ),
  );
});
