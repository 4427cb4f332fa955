import { expect, test } from 'vitest';
import { slugOf } from './slug.js';

test.each([
  ['Validation loss (nats)', 'validation-loss-nats'],
  ['–— …', 'chart'],
  ['a b c d e f', 'a-b-c'],
])('%s', (title, slug) => {
  expect(slugOf(title, title.startsWith('a') ? 6 : 60, 'chart')).toBe(slug);
});
