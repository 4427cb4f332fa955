import { expect, test } from 'vitest';
import { formatDuration } from './duration.js';

test.each([
  { seconds: 0, text: '0 s' },
  { seconds: 59.4, text: '59 s' },
  { seconds: 59.6, text: '1 min' },
  { seconds: 750, text: '12 min 30 s' },
  { seconds: 3599.7, text: '1 h' },
  { seconds: 3600 * 3 + 300, text: '3 h 5 min' },
  { seconds: 86_399, text: '1 d' },
  { seconds: 86_400 * 2 + 3600 * 4, text: '2 d 4 h' },
  { seconds: Infinity, text: 'unknown' },
])('$seconds s in words: $text', ({ seconds, text }) => {
  expect(formatDuration(seconds)).toBe(text);
});
