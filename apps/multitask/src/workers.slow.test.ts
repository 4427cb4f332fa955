// Several workers against one process that makes their parts of a batch one behind the other.
import { fileURLToPath } from 'node:url';
import { trainBothWays } from 'distributed-training/testing';
import { expect, test } from 'vitest';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const flags =
  '--rendered-train 36 --rendered-test 6 --val-examples 6 --width-multiplier 0.0625 --batch-size 12 --num-epochs 2'.split(
    ' ',
  );

test.each([2, 3])('%i workers end with the bits of as many micro-batches', async (count) => {
  const { ends, comparison } = await trainBothWays({ main, flags }, count);
  for (const { code, said } of ends) expect(code, said).toBe(0);
  const { steps, all, differing } = comparison!;
  expect(steps[0]).toBe(steps[1]);
  expect(all).toBeGreaterThan(1000);
  expect(differing).toBe(0);
});
