import { expect, test } from 'vitest';
import { inHand } from './in-hand.js';

test('in order, so many at a time, and no further than they are taken', async () => {
  const begun: number[] = [];
  const look = async (item: number): Promise<string> => {
    begun.push(item);
    for (let turns = 0; turns < 9 - item; turns++) await Promise.resolve(); // the first ones take longest
    return `seen ${item}`;
  };
  const taken: string[] = [];
  for await (const [item, found] of inHand([0, 1, 2, 3, 4, 5, 6], 3, look)) {
    expect(found).toBe(`seen ${item}`);
    expect(begun).toHaveLength(item < 3 ? 3 : 6);
    taken.push(found);
    if (item === 4) break;
  }
  expect(taken).toEqual(['seen 0', 'seen 1', 'seen 2', 'seen 3', 'seen 4']);
});

test('what is thrown goes on', async () => {
  const found = inHand([1, 2], 2, (item) => (item === 2 ? Promise.reject(new Error('gone')) : Promise.resolve(item)));
  await expect(found.next()).rejects.toThrow('gone');
});
