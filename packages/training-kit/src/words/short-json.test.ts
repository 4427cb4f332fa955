import { expect, test } from 'vitest';
import { shortJson } from './short-json.js';

test.each([
  { value: 'a\u001b[31m\n', text: '"a\\u001b[31m\\n"' },
  { value: 'x'.repeat(78), text: `"${'x'.repeat(78)}"` },
  { value: 'x'.repeat(79), text: `"${'x'.repeat(79)}…` },
  { value: [NaN, 1], text: '[null,1]' },
  { value: NaN, text: 'NaN' },
])('$text', ({ value, text }) => {
  expect(shortJson(value)).toBe(text);
});
