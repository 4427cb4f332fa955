import { expect, test } from 'vitest';
import { z } from 'zod';
import { pathText } from '../command-line/settings.js';
import { publishedWords } from './published-words.js';

const schema = z.strictObject({ data: pathText().nullable().default(null), depth: z.int().default(18) });
const own = z.strictObject({ runsFolder: pathText().nullable().default(null), status: z.boolean().default(false) });
const shown = (line: string): string => publishedWords(line.split(' '), schema, own);

test.each([
  ['--name sizes --depth 18 --data /home/me/data', '--name sizes --depth 18 --data DATA'],
  ['--data=/home/me/data --depth=34', '--data DATA --depth=34'],
  ['--runs-folder /x --status --depth 18,34', '--depth 18,34'],
  ['--runs-folder=/x --name a;b', "--name 'a;b'"],
])('%s', (given, expected) => {
  expect(shown(given)).toBe(expected);
});
