import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { percent } from 'training-kit';
import { ConfigError } from 'training-kit/errors';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { evaluateCommand } from './evaluate.js';
import { trainCommand } from './train.js';

const parent = mkdtempSync(join(tmpdir(), 'evaluate-command-'));
const run = join(parent, 'run');
const best = join(run, 'checkpoints', 'best.safetensors');
let printed: string[] = [];
beforeEach(() => {
  printed = [];
  vi.spyOn(console, 'log').mockImplementation((line: unknown) => {
    printed.push(String(line));
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});
beforeAll(async () => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  await trainCommand([
    ...['--run', run, '--width', '4', '--rendered-train', '50', '--rendered-test', '20', '--val-examples', '10'],
    ...['--num-epochs', '1', '--batch-size', '8'],
  ]);
});
afterAll(() => {
  rmSync(parent, { recursive: true });
});

test('the gap is that of the report: of the same images; the step, and why this file is the best', async () => {
  await evaluateCommand(['--checkpoint', best, '--timed-batches', '1']);
  const logged = readFileSync(join(run, 'metrics.jsonl'), 'utf8').trim().split('\n');
  const { testTop1, trainTop1 } = JSON.parse(logged.at(-1)!) as { testTop1: number; trainTop1: number };
  const gap = (100 * (trainTop1 - testTop1)).toFixed(2);
  expect(printed).toContain(`train − test gap: ${gap} points`);
  expect(printed.find((line) => line.startsWith('train '))).toContain(percent(trainTop1, 2));
  expect(printed[0]).toMatch(/^Step 6, the best by val accuracy 0\.\d{4}; of equal ones the latest\.$/);
  expect(printed).toContain('train: 20 of the 50 images trained on, drawn by the seed, without augmentation');
  expect(readFileSync(join(run, 'report.html'), 'utf8')).toContain('20 of the 50 images trained on, drawn by the seed');
});

test('all of train, where that is asked for', async () => {
  await evaluateCommand(['--checkpoint', best, '--whole-train', '--timed-batches', '1']);
  expect(printed).toContain('train: all 50 images trained on, without augmentation');
});

test('a flag that the run’s dataset does not read is refused', async () => {
  await expect(evaluateCommand(['--checkpoint', best, '--data', 'DIR'])).rejects.toThrow(
    new ConfigError('data', '--data has no effect: dataset is rendered, which reads no files. Leave it out.'),
  );
});
