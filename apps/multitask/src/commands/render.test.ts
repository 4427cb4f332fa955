import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from 'training-kit/errors';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { messageOf, temporaryFolder } from '../../test/frame-fixtures.js';
import { renderCommand } from './render.js';

const folder = temporaryFolder();
let printed: string[] = [];
beforeEach(() => {
  printed = [];
  vi.spyOn(console, 'log').mockImplementation((line: unknown) => {
    printed.push(String(line).replaceAll(folder, 'DIR'));
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

const small = ['--rendered-size-px', '16', '--rendered-train', '16', '--rendered-test', '4', '--val-examples', '0'];

test('the areas, and lines that say how far it is', async () => {
  const out = join(folder, 'rooms');
  await renderCommand(['--out', out, ...small]);
  expect(readdirSync(out).sort()).toEqual(['area_test', 'area_train']);
  expect(readdirSync(join(out, 'area_train', 'data', 'depth'))).toHaveLength(16);
  expect(printed).toEqual([
    ...Array.from({ length: 10 }, (_, i) => `${2 * (i + 1)} of 20 frames`),
    'DIR/rooms/area_train: 16 frames',
    'DIR/rooms/area_test: 4 frames',
  ]);
  expect(await messageOf(renderCommand(['--out', out, ...small]), folder)).toMatch(
    /^Cannot write DIR\/rooms: it is not empty/,
  );
});

test('settings that cannot be are refused before anything is written', async () => {
  const out = join(folder, 'none');
  await expect(renderCommand(['--out', out, '--rendered-size-px', '8'])).rejects.toThrow(
    new ConfigError(
      'renderedSizePx',
      'renderedSizePx is 8 (from --rendered-size-px), expected a whole number from 16 to 512.',
    ),
  );
  await expect(renderCommand(small)).rejects.toThrow(/--out/);
  expect(existsSync(out)).toBe(false);
});
