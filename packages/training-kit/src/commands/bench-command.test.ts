import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { runBenchCommand } from './bench-command.js';

const lines: string[] = [];
beforeEach(() => {
  lines.length = 0;
  vi.spyOn(console, 'log').mockImplementation((line: string) => {
    lines.push(line);
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

const spec = {
  app: 'pose',
  description: 'Times.',
  schema: z.strictObject({ numSteps: z.int().min(1).default(3).describe('timed steps') }),
  examples: [{ flags: '--num-steps 1', does: 'one' }],
  bench: ({ numSteps }: { numSteps: number }, onStep: (line: string) => void) => {
    onStep('step 1: 5 ms');
    return numSteps;
  },
  describe: (numSteps: number) => `${numSteps} steps`,
};

test('names the backend, then prints the steps and what came out', async () => {
  await runBenchCommand(spec, ['--num-steps', '2', '--device', 'cpu']);
  expect(lines).toEqual([expect.stringMatching(/^backend \w+, \d+ threads$/), 'step 1: 5 ms', '2 steps']);
});

test('unknown flags are refused', async () => {
  await expect(runBenchCommand(spec, ['--steps', '2'])).rejects.toThrow('--steps');
});
