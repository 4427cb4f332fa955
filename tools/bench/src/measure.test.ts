import { expect, test } from 'vitest';
import { timeInTurn } from './measure.js';

test('one computes at a time, the order turns around each round, warm-ups are not timed', async () => {
  const log: string[] = [];
  let atWork = 0;
  const worker = (name: string, timeMs: number) => ({
    run: async (request: 'warmup' | 'step') => {
      expect(++atWork).toBe(1);
      await Promise.resolve();
      atWork--;
      log.push(`${request} ${name}`);
      return { reply: 'done' as const, timeMs, value: log.length };
    },
  });
  const lines: string[] = [];
  const results = await timeInTurn([worker('a', 8), worker('b', 4)], [{ name: 'a' }, { name: 'b' }], 4, {
    warmUpSteps: 1,
    numSteps: 2,
    onProgress: (line) => lines.push(line),
  });
  expect(log).toEqual(['warmup a', 'warmup b', 'step a', 'step b', 'step b', 'step a']);
  expect(results).toEqual([
    { times: [2, 2], values: [1, 3, 6] },
    { times: [1, 1], values: [2, 4, 5] },
  ]);
  expect(lines.at(-1)).toBe('round 2/2: a 2.00 · b 1.00');
});

test('who fails is asked no more; the others go on', async () => {
  const asked: string[] = [];
  const worker = (name: string, failsAt: number) => {
    let count = 0;
    return {
      run: async () => {
        asked.push(name);
        await Promise.resolve();
        if (++count === failsAt) throw new Error(`${name} fails`);
        return { reply: 'done' as const, timeMs: count, value: 0 };
      },
    };
  };
  const lines: string[] = [];
  const workers = [worker('a', 1), worker('b', 0), worker('c', 3)];
  const timings = await timeInTurn(workers, [{ name: 'a' }, { name: 'b' }, { name: 'c' }], 1, {
    warmUpSteps: 2,
    numSteps: 2,
    onProgress: (line) => lines.push(line),
  });
  expect(asked).toEqual(['a', 'b', 'b', 'c', 'c', 'b', 'c', 'b']);
  expect(timings.map(({ times, failure }) => [times, failure instanceof Error ? failure.message : failure])).toEqual([
    [[], 'a fails'],
    [[3, 4], undefined],
    [[], 'c fails'],
  ]);
  expect(lines.slice(-2)).toEqual(['round 1/2: b 3.00', 'round 2/2: b 4.00']);
});
