import { expect, test } from 'vitest';
import { costText, mostMultiplyAdds } from './forward-cost.js';

test.each([
  [1_814_073_344, '1.81G'],
  [556_651_520, '557M'],
  [100_000_000, '100M'],
  [999_700_000, '1G'],
  [36_864, '36.9k'],
  [96, '96'],
])('%d multiply-adds are %s', (multiplyAdds, text) => {
  expect(costText({ multiplyAdds })).toBe(text);
  expect(mostMultiplyAdds({ multiplyAdds })).toBe(multiplyAdds);
});

test('a block that is evaluated until its fixed point is found', () => {
  const cost = { multiplyAdds: 6_800_000, search: { multiplyAdds: 22_100_000, maxEvaluations: 18 } };
  expect(costText(cost)).toBe('6.8M + up to 18 × 22.1M');
  expect(mostMultiplyAdds(cost)).toBe(404_600_000);
});
