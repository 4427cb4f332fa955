import { expect, test } from 'vitest';
import { z } from 'zod';
import { flagWords } from './flag-words.js';
import { settingsOf } from './settings.js';

const settings = settingsOf(z.strictObject({ depth: z.int().default(18), status: z.boolean().default(false) }));

test('a flag keeps its value, a switch has none, other words stand alone', () => {
  const line = '--depth 18 --status x --depth=34 --no-status --other 1 --depth';
  expect(flagWords(line.split(' '), settings).map(({ setting, words }) => [setting?.key, ...words])).toEqual([
    ['depth', '--depth', '18'],
    ['status', '--status'],
    [undefined, 'x'],
    ['depth', '--depth=34'],
    ['status', '--no-status'],
    [undefined, '--other'],
    [undefined, '1'],
    ['depth', '--depth'],
  ]);
});
