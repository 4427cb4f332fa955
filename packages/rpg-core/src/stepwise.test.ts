import { describe, expect, test } from 'vitest';
import { drawIndexArray, drawIndexArrayAsync, type IndexArrayOptions } from './index-array.js';
import { createRng } from './rng.js';
import { runAtOnce, runWithPauses, type Steps } from './stepwise.js';

function* countTo(end: number, log: number[]): Steps<string> {
  for (let i = 0; i < end; i++) {
    log.push(i);
    yield;
  }
  return 'done';
}

test('all steps run in order, at once or with pauses', async () => {
  const [atOnce, paused]: [number[], number[]] = [[], []];
  expect(runAtOnce(countTo(4, atOnce))).toBe('done');
  expect(await runWithPauses(countTo(4, paused))).toBe('done');
  expect(atOnce).toEqual([0, 1, 2, 3]);
  expect(paused).toEqual(atOnce);
});

test('an error in a step rejects', async () => {
  function* fails(): Steps<number> {
    yield;
    throw new RangeError('no');
  }
  await expect(runWithPauses(fails())).rejects.toThrow(new RangeError('no'));
});

describe('drawing without freezing', () => {
  test.each<IndexArrayOptions>([
    { ringSize: 7, numGenerated: 20 },
    { ringSize: 300_000, numGenerated: 700_001 },
    { ringSize: 5000, numGenerated: 200_000, sampling: 'uneven' },
    { ringSize: 5000, numGenerated: 200_000, sampling: 'sequential', reflect: false },
  ])('gives the same bits: %o', async (options) => {
    const [slowly, atOnce] = [
      await drawIndexArrayAsync(options, createRng('x')),
      drawIndexArray(options, createRng('x')),
    ];
    expect(Buffer.from(slowly.buffer).equals(Buffer.from(atOnce.buffer))).toBe(true);
  });

  test('lets others run between short stretches', async () => {
    let numPauses = 0;
    let longestMs = 0;
    let start = performance.now();
    await drawIndexArrayAsync({ ringSize: 500_000, numGenerated: 2_000_000 }, createRng('x'), async () => {
      longestMs = Math.max(longestMs, performance.now() - start);
      numPauses++;
      await new Promise((resolve) => setImmediate(resolve));
      start = performance.now();
    });
    expect(numPauses).toBeGreaterThan(1);
    expect(longestMs).toBeLessThan(200); // 12 ms and one step, wide for loaded machines
  });

  test('refuses what the other variant refuses', async () => {
    await expect(drawIndexArrayAsync({ ringSize: 0, numGenerated: 1 }, createRng(1))).rejects.toThrow(
      new RangeError('drawIndexArray: ringSize is 0, expected an integer from 1 to 1073741824.'),
    );
  });
});
