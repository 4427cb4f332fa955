import { expect, test } from 'vitest';
import { withoutFlags } from './words.js';

test('flags go with their values, in both forms; others stay as they are', () => {
  const words = ['--', '--workers', '2', '--preset', 'quick', '--run=runs/x', '--workers-of-mine', '3', '--run', 'y'];
  expect(withoutFlags(words, ['workers', 'run'])).toEqual(['--', '--preset', 'quick', '--workers-of-mine', '3']);
});
