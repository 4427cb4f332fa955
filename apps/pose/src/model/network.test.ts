import { expect, test } from 'vitest';
import { configSchema } from '../config.js';
import { forwardCost } from './network.js';

const costOf = (settings: object): number => forwardCost(configSchema.parse(settings)).multiplyAdds;

test('every sub-network between the first and the last costs the same, and four times as much on images of twice the side', () => {
  const [one, two, three] = [1, 2, 3].map((numStacks) => costOf({ numStacks, inputSize: 64, depth: 2 }));
  expect(three! - two!).toBe(two! - one!);
  expect(costOf({ numStacks: 2, inputSize: 128, depth: 2 })).toBe(4 * two!);
});
