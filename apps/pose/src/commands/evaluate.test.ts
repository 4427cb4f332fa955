import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { percent, readCheckpoint } from 'training-kit';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { temporaryFolder } from '../../test/annotation-fixtures.js';
import { evaluateCommand } from './evaluate.js';
import { trainCommand } from './train.js';

const run = join(temporaryFolder(), 'run');
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
    ...['--run', run, '--input-size', '32', '--width-multiplier', '0.015625', '--batch-size', '4', '--num-epochs', '1'],
    ...['--rendered-train', '12', '--rendered-test', '6', '--val-examples', '5', '--pckh', 'C', '--no-flip-test'],
  ]);
});

interface Logged {
  readonly valPckh?: number;
  readonly testPckh?: number;
  readonly trainPckh?: number;
}
const logged = (): Logged =>
  Object.assign(
    {},
    ...readFileSync(join(run, 'metrics.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Logged),
  ) as Logged;
const cells = (title: string): string[] => {
  const line =
    printed
      .join('\n')
      .split('\n')
      .find((text) => text.startsWith(title)) ?? '';
  return line.slice(18).trim().split(/\s+/);
};

test('as the run itself was judged: its variant of PCKh, without the mirrored image, the same training people', async () => {
  await evaluateCommand(['--checkpoint', best]);
  const { valPckh, testPckh, trainPckh } = logged();
  const rates = [trainPckh, valPckh, testPckh].map((rate) => percent(rate, 2));
  expect(cells('PCKh C').join(' ')).toBe(rates.join(' '));
  expect(cells('people')).toEqual(['6', '5', '6']);
  expect(printed[0]).toBe(
    `Step 3, the best by val PCKh@0.5, variant C, without the mirrored image ${valPckh!.toFixed(4)}; of equal ones the latest.`,
  );
  expect(printed).toContain('train: 6 of the 12 people trained on, drawn by the seed');
  expect(printed).toContain('Without the mirrored image; variant C of PCKh, princeton, by joint.');
  expect((await readCheckpoint(best)).step).toBe(3);
});

test('flags stand above the run’s settings', async () => {
  await evaluateCommand(['--checkpoint', best, '--flip-test', '--pckh', 'B', '--whole-train']);
  expect(printed).toContain('train: all 12 people trained on');
  expect(printed).toContain('Averaged with the prediction for the mirrored image; variant B of PCKh, HRNet, by joint.');
});
