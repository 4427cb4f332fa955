import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { compare } from './compare.js';
import type { Measured, Measurement } from './measure.js';
import { extraSchema, optionsSchema } from './options.js';
import type { BenchResult } from './results/result.js';
import type { LeftOut } from './workers/left-out.js';
import type { Programs } from './workers/worker-commands.js';
import type { Comparison } from './workers/workload.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bench-compare-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const NO_BFLOAT16 = 'it failed at its start: The backend has no bfloat16.';

/** As on a processor without fast bfloat16: those who need it fail at their start. */
function measureWithoutBfloat16({ contestants }: Comparison): Promise<Measured> {
  const measurements: Measurement[] = [];
  const leftOut: LeftOut[] = [];
  for (const contestant of contestants) {
    if (contestant.side === 'ours' && contestant.workload.precision === 'bfloat16') {
      leftOut.push({ name: contestant.name, why: NO_BFLOAT16 });
    } else {
      measurements.push({ contestant, times: [2, 4], values: [1], numParameters: 5, peakRssBytes: 1e6, facts: {} });
    }
  }
  return Promise.resolve({ measurements, leftOut });
}

async function run(
  measure: (comparison: Comparison) => Promise<Measured>,
  variants: string[] = [],
): Promise<{ result: BenchResult | undefined; error: unknown; lines: string[] }> {
  const lines: string[] = [];
  const programs: Programs = { missing: new Map(), python: null, nativeLoop: null, compileCache: folder };
  const options = optionsSchema.parse({ only: 'step', width: 8, ringSize: 100, batchSize: 2, threads: 1, variants });
  try {
    const result = await compare(options, extraSchema.parse({ run: folder }), {
      preset: 'test',
      print: (line) => lines.push(line),
      measure,
      preparePrograms: () => Promise.resolve(programs),
    });
    return { result, error: undefined, lines };
  } catch (error) {
    return { result: undefined, error, lines };
  }
}

const stored = (): BenchResult => JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')) as BenchResult;

test('who cannot run is left out with the reason; the others and the other comparisons stay', async () => {
  const { result } = await run(measureWithoutBfloat16);
  expect(result?.tables.map(({ title, rows }) => [title, rows.length])).toEqual([
    ['Training step, float32', 6],
    ['Training step, bfloat16', 4],
  ]);
  expect(result?.leftOut).toEqual(
    ['ours/plain/bfloat16', 'ours/ring/bfloat16'].map((name) => ({
      name,
      why: NO_BFLOAT16,
      comparison: 'Training step, bfloat16',
    })),
  );
  expect(stored()).toEqual(result);
  expect(readFileSync(join(folder, 'report.html'), 'utf8')).toContain(NO_BFLOAT16);
});

test('a comparison of which nobody can run has no table', async () => {
  const { result } = await run(measureWithoutBfloat16, ['ours']);
  expect(result?.tables.map(({ title }) => title)).toEqual(['Training step, float32']);
});

test('each finished part is on the disk before the next one begins, and stays when that fails', async () => {
  const { error, lines } = await run(async (comparison) => {
    if (comparison.title.endsWith('float32') && !comparison.title.endsWith('bfloat16'))
      return measureWithoutBfloat16(comparison);
    expect(stored().tables).toHaveLength(1);
    throw new Error('the machine is gone');
  });
  expect(error).toEqual(new Error('the machine is gone'));
  expect(stored()).toMatchObject({ isComplete: false, tables: [{ title: 'Training step, float32' }] });
  expect(lines.at(-1)).toBe(`Report of what was finished: ${join(folder, 'report.html')}`);
});

test('numbers that differ end the run, and what was found before stays', async () => {
  const { error } = await run(async (comparison) => {
    const { measurements, leftOut } = await measureWithoutBfloat16(comparison);
    if (comparison.title !== 'Training step, bfloat16') return { measurements, leftOut };
    return { measurements: measurements.map((each, i) => ({ ...each, values: [1 + i] })), leftOut };
  });
  expect(String(error)).toContain('They do not do the same job, so their times cannot be compared.');
  expect(stored().tables).toHaveLength(1);
});

test('nobody at all is an error, and leaves no files', async () => {
  const { error } = await run(measureWithoutBfloat16, ['ours/bfloat16']);
  expect(error).toEqual(
    new Error(
      `None of the contestants can run here:\n  ours/plain/bfloat16 is left out: ${NO_BFLOAT16}\n` +
        `  ours/ring/bfloat16 is left out: ${NO_BFLOAT16}\n--variants chooses others.`,
    ),
  );
  expect(existsSync(join(folder, 'result.json'))).toBe(false);
});
