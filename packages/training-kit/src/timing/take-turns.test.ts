import { afterEach, expect, test, vi } from 'vitest';
import { takeTurns } from './take-turns.js';

afterEach(() => {
  vi.restoreAllMocks();
});

test('each comes first in its turn; warm-up rounds do not count', () => {
  const order: string[] = [];
  const runners = ['a', 'b', 'c'].map((name) => ({ name, run: () => order.push(name) }));
  const lines: string[] = [];
  const times = takeTurns(runners, { numRounds: 3, warmUpRounds: 1, onTurn: (line) => lines.push(line) });
  expect(order.join('')).toBe('abc' + 'bca' + 'cab' + 'abc');
  expect(times.map((ofOne) => ofOne.length)).toEqual([3, 3, 3]);
  expect(times.flat().every((time) => time >= 0)).toBe(true);
  expect(lines.slice(0, 4).map((line) => line.replace(/\d+ ms/, 'T'))).toEqual([
    'warm-up: a T',
    'warm-up: b T',
    'warm-up: c T',
    'step 1: b T',
  ]);
});

test('times belong to who took them', () => {
  let nowMs = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
  const runners = [
    { name: 'slow', run: () => (nowMs += 5) },
    { name: 'fast', run: () => (nowMs += 2) },
  ];
  expect(takeTurns(runners, { numRounds: 2, warmUpRounds: 1 })).toEqual([
    [5, 5],
    [2, 2],
  ]);
});

test.each([0, 1.5])('%d rounds are refused', (numRounds) => {
  expect(() => takeTurns([], { numRounds, warmUpRounds: 0 })).toThrow(
    new RangeError(`takeTurns: numRounds is ${numRounds}, expected an integer of 1 or more.`),
  );
});
