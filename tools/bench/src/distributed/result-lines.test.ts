import { expect, test } from 'vitest';
import { expectedBytes, resultLines } from './result-lines.js';

test('two workers send each number twice over: once each way', () => {
  expect(expectedBytes(2, 1000)).toBe(8000);
  expect(expectedBytes(4, 1000)).toBe(24_000);
});

test('a line a contestant, with what was sent beside the formula', () => {
  const common = { network: 'plain', threads: 1, numbersAStep: 1000 } as const;
  const lines = resultLines({ batchSize: 64 }, [
    { ...common, workers: 1, stepMs: 640, bytesAStep: undefined },
    { ...common, workers: 2, stepMs: 400, bytesAStep: 8080 },
  ]).split('\n');
  expect(lines[1]!.trim().split(/\s{2,}/)).toEqual(['plain', '1', '1', '640', '100.0', '–', '–']);
  expect(lines[2]!.trim().split(/\s{2,}/)).toEqual(['plain', '2', '1', '400', '160.0', '0.01', '1.010']);
});
