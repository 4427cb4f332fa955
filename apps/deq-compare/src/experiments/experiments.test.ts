// Every run of every experiment can be planned at both scales: presets and flags exist and fit together.
import { expect, test, vi } from 'vitest';
import { experimentCommand } from '../commands/experiment.js';
import { experiments } from './index.js';

const cases = Object.keys(experiments).flatMap((name) =>
  (['small', 'full'] as const).map((scale) => ({ name, scale })),
);

test.each(cases)('$name, $scale', async ({ name, scale }) => {
  const lines: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  await experimentCommand(['--name', name, '--scale', scale, '--data', 'data', '--dry-run']);
  vi.restoreAllMocks();
  const [, numRuns] = /0 of (\d+) finished\./.exec(lines.join('\n')) ?? [];
  expect(Number(numRuns)).toBeGreaterThan(2);
});
