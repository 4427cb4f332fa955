// result.json of a finished training, spoiled: what was written, or one sentence.
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { DataError } from 'training-kit/errors';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { readResult, type TrainingResult, writeResult } from './result.js';

const numCases = 25_000 * inject('casesFactor');

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'result-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const share = fc.double({ min: 0, max: 1, noNaN: true });
const count = fc.nat();
const result: fc.Arbitrary<TrainingResult> = fc.record({
  step: count,
  stepsPerEpoch: count,
  parameters: fc.record({
    ...{ ring: count, stem: count, head: count, norm: count, bias: count },
    ...{ total: count, generated: count, plainTotal: count },
  }),
  test: fc.record({ numExamples: count, loss: share, top1: share, top5: share }),
  solves: fc.option(
    fc.record({
      ...{ numSearches: count, numSamples: count, numSteps: count, residual: share },
      ...{ unsolved: count, diverged: count, notFinite: count, restarts: count, trace: fc.array(share) },
    }),
  ),
});

test(`${numCases} results: what was written is read, what is spoiled is said in one sentence`, async () => {
  const file = join(folder, 'result.json');
  let [numRead, numRefused] = [0, 0];
  const edit = fc.record({ at: fc.nat(), length: fc.nat(30), put: fc.oneof(fc.string(), fc.constantFrom('NaN', '1e999', '{}', 'null')) }); // prettier-ignore
  const property = fc.asyncProperty(result, fc.array(edit, { maxLength: 2 }), async (written, edits) => {
    const whole = `${JSON.stringify(written, undefined, 2)}\n`;
    const text = edits.reduce((now, { at, length, put }) => {
      const start = at % (now.length + 1);
      return now.slice(0, start) + put + now.slice(start + length);
    }, whole);
    writeFileSync(file, text);
    try {
      const read = await readResult(folder);
      numRead++;
      if (text === whole) expect(read).toEqual(JSON.parse(whole));
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      numRefused++;
      expect(edits).not.toEqual([]);
      expect(error.message).toBe(
        `${file} is damaged: it is not the result of a training. Remove it; the training is then evaluated again.`,
      );
    }
  });
  await fc.assert(property, { seed: 71, numRuns: numCases });
  console.log(`${numCases} cases, ${numRead} were read, ${numRefused} refused`);
  expect(Math.min(numRead, numRefused)).toBeGreaterThan(numCases / 10);
  expect(readdirSync(folder)).toEqual(['result.json']);
  for (const [written] of fc.sample(fc.tuple(result), { seed: 72, numRuns: 20 })) {
    await writeResult(written, folder);
    expect(await readResult(folder)).toEqual(JSON.parse(JSON.stringify(written)));
  }
});
