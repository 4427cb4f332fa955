import { afterEach, describe, expect, test, vi } from 'vitest';
import { drawIndexArray, drawIndexArrayAsync, type IndexArrayOptions } from './index-array.js';
import { createRng } from './rng.js';
import { runAtOnce, runWithPauses, type Steps } from './stepwise.js';

afterEach(() => {
  vi.restoreAllMocks();
});

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

test('a pause comes as soon as 12 ms are over', async () => {
  let nowMs = 0;
  vi.spyOn(Date, 'now').mockImplementation(() => nowMs);
  const events: (number | string)[] = [];
  function* work(): Steps<string> {
    for (const timeMs of [5, 6, 1, 30, 11]) {
      events.push(timeMs);
      nowMs += timeMs;
      yield;
    }
    return 'done';
  }
  const pause = () => {
    events.push('pause');
    return Promise.resolve();
  };
  expect(await runWithPauses(work(), pause)).toBe('done');
  expect(events).toEqual([5, 6, 1, 'pause', 30, 'pause', 11]);
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
    const [ringSize, numGenerated] = [500_000, 2_000_000];
    let nowMs = 0;
    vi.spyOn(Date, 'now').mockImplementation(() => (nowMs += 12)); // the time is up after each step
    let numPauses = 0;
    const pause = () => {
      numPauses++;
      return Promise.resolve();
    };
    await drawIndexArrayAsync({ ringSize, numGenerated }, createRng('x'), pause);
    // Numbered, given a bucket, counted, moved, shuffled, signed: six times over all, at most 65 536 at a time.
    expect(numPauses).toBeGreaterThanOrEqual(6 * Math.ceil(numGenerated / 65_536));
  });

  test('refuses what the other variant refuses', async () => {
    await expect(drawIndexArrayAsync({ ringSize: 0, numGenerated: 1 }, createRng(1))).rejects.toThrow(
      new RangeError('drawIndexArray: ringSize is 0, expected an integer from 1 to 1073741824.'),
    );
  });
});
