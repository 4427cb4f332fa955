import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataError } from 'training-kit/errors';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readResult, type TrainingResult, writeResult } from './result.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'deq-result-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const result: TrainingResult = {
  step: 3,
  stepsPerEpoch: 2,
  parameters: { ring: 1, stem: 2, head: 3, norm: 4, bias: 5, total: 15, generated: 6, plainTotal: 20 },
  test: { numExamples: 10, loss: 2.3, top1: 0.1, top5: 0.5 },
  solves: null,
};

test('what was written is read; nothing where nothing is', async () => {
  expect(await readResult(join(folder, 'nowhere'))).toBeUndefined();
  await writeResult(result, folder);
  expect(await readResult(folder)).toEqual(result);
});

test.each(['', '{"step":3', '{"step":3}', '[]'])('%j is refused', async (text) => {
  writeFileSync(join(folder, 'result.json'), text);
  const error: unknown = await readResult(folder).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(DataError);
  expect((error as DataError).message.replaceAll(folder, 'DIR')).toBe(
    'DIR/result.json is damaged: it is not the result of a training. Remove it; the training is then evaluated again.',
  );
});
