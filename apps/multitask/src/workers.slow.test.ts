// Several workers against one process that makes their parts of a batch one behind the other.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { differingNumbers, type Program, runProgramOf } from 'distributed-training/testing';
import { afterAll, expect, test } from 'vitest';

const scratch = mkdtempSync(join(tmpdir(), 'multitask-workers-'));
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

const program: Program = {
  main: fileURLToPath(new URL('../dist/main.js', import.meta.url)),
  flags:
    '--rendered-train 36 --rendered-test 6 --val-examples 6 --width-multiplier 0.0625 --batch-size 12 --num-epochs 2'.split(
      ' ',
    ),
};

test.each([2, 3])('%i workers end with the bits of as many micro-batches', async (count) => {
  const [shared, single] = [join(scratch, `shared-${count}`), join(scratch, `single-${count}`)];
  const ends = [
    await runProgramOf(program, ['--workers', String(count), '--threads', '1', '--run', shared]),
    await runProgramOf(program, ['--accumulate', String(count), '--run', single]),
  ];
  for (const { code, said } of ends) expect(code, said).toBe(0);
  const { steps, all, differing } = await differingNumbers(shared, single);
  expect(steps[0]).toBe(steps[1]);
  expect(all).toBeGreaterThan(1000);
  expect(differing).toBe(0);
});
