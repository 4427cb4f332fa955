import { expect, test } from 'vitest';
import { quoted } from './quoted.js';

test.each([
  { value: 'a"b', text: '"a\\"b"' },
  { value: '\u001b[2J\u009b2J\u007f', text: '"\\u001b[2J\ufffd2J\ufffd"' },
  { value: 'x'.repeat(100), text: `"${'x'.repeat(79)}…` },
])('$text', ({ value, text }) => {
  expect(quoted(value)).toBe(text);
});
