import { expect, test } from 'vitest';
import { takeTurns } from './take-turns.js';

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
  const wait = (): void => {
    const end = performance.now() + 5;
    while (performance.now() < end);
  };
  const runners = [
    { name: 'slow', run: wait },
    { name: 'fast', run: () => undefined },
  ];
  const [slow, fast] = takeTurns(runners, { numRounds: 2, warmUpRounds: 0 });
  expect(Math.min(...slow!)).toBeGreaterThanOrEqual(5);
  expect(Math.min(...fast!)).toBeLessThan(5);
});

test.each([0, 1.5])('%d rounds are refused', (numRounds) => {
  expect(() => takeTurns([], { numRounds, warmUpRounds: 0 })).toThrow(
    new RangeError(`takeTurns: numRounds is ${numRounds}, expected an integer of 1 or more.`),
  );
});
