import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { inOrder } from './in-order.js';

/** Later items are done sooner. */
function recorder(numItems: number) {
  const events: string[] = [];
  let numBusy = 0;
  let mostBusy = 0;
  const work = async (item: number): Promise<number> => {
    mostBusy = Math.max(mostBusy, ++numBusy);
    for (let turn = item; turn < numItems; turn++) await setImmediate();
    numBusy--;
    events.push(`done ${item}`);
    return 10 * item;
  };
  return { events, work, mostBusy: () => mostBusy };
}

test.each([
  { numAtOnce: 1, mostBusy: 1 },
  { numAtOnce: 2, mostBusy: 2 },
  { numAtOnce: 9, mostBusy: 5 },
])('$numAtOnce at once: results in order', async ({ numAtOnce, mostBusy }) => {
  const recorded = recorder(5);
  const results = [];
  for await (const result of inOrder([0, 1, 2, 3, 4], numAtOnce, recorded.work)) results.push(result);
  expect(results).toEqual([0, 10, 20, 30, 40]);
  expect(recorded.mostBusy()).toBe(mostBusy);
});

test('one at a time: the next is begun when the consumer comes back', async () => {
  const { events, work } = recorder(3);
  for await (const result of inOrder([0, 1, 2], 1, work)) events.push(`taken ${result}`);
  expect(events).toEqual(['done 0', 'taken 0', 'done 1', 'taken 10', 'done 2', 'taken 20']);
});

test('a failure comes after the results before it; those begun after it are let go', async () => {
  const fail = (item: number): Promise<number> =>
    item === 0 ? setImmediate(0) : Promise.reject(new Error(`no ${item}`));
  const results: number[] = [];
  const consume = async (): Promise<void> => {
    for await (const result of inOrder([0, 1, 2], 3, fail)) results.push(result);
  };
  await expect(consume()).rejects.toThrow('no 1');
  expect(results).toEqual([0]);
});
