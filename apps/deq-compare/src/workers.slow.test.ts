// Several workers against one process that makes their parts of a batch one behind the other.
import { fileURLToPath } from 'node:url';
import { trainBothWays } from 'distributed-training/testing';
import { expect, test } from 'vitest';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const flags =
  '--channels 8,8 --head-channels 2,3 --final-channels 8 --num-halvings 2 --rendered-train 48 --rendered-test 12 --val-examples 10 --batch-size 12 --num-epochs 2 --pretrain-steps 2'.split(
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
