import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRng } from 'rpg-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ConfigError, DataError } from '../errors.js';
import { checkKey, readKey, readOrMakeKey, weightStream, whyNothingIsDrawn } from './key-file.js';

let folder = '';
let notes: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'key-'));
  notes = [];
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});
const note = (line: string): void => void notes.push(line.replaceAll(folder, 'DIR'));
const file = (): string => join(folder, 'model.key');
const DIGITS = '3f8a1c5e9b2d7f604a8e1b3c5d7f9a20';

async function errorOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(DataError);
  return (error as Error).message.replaceAll(folder, 'DIR');
}

test('a key is made once, for its owner alone to read, and read again afterwards', async () => {
  const made = await readOrMakeKey(file(), note);
  expect(made.text).toMatch(/^[0-9a-f]{64}$/);
  if (process.platform !== 'win32') expect(statSync(file()).mode & 0o777).toBe(0o600);
  expect(notes).toEqual([
    "Made the key DIR/model.key. The run's checkpoints are of no use without it: keep a copy, and keep it apart from them.",
  ]);
  expect(await readOrMakeKey(file(), note)).toEqual(made);
  expect(await readKey(file(), note)).toEqual(made);
  expect(notes).toHaveLength(1);
  expect(readFileSync(file(), 'utf8')).toBe(`${made.text}\n`);
});

test('keys made elsewhere are taken, whatever white space is around them', async () => {
  writeFileSync(file(), `  ${DIGITS}\r\n`, { mode: 0o600 });
  const key = await readKey(file(), note);
  expect(key.text).toBe(DIGITS);
  expect(key.digest).toMatch(/^[0-9a-f]{32}$/);
  expect(key.digest).not.toContain(DIGITS.slice(0, 8));
  if (process.platform === 'win32') return;
  chmodSync(file(), 0o644);
  await readKey(file(), note);
  expect(notes).toEqual(['The key DIR/model.key can be read by others (mode 644); chmod 600 makes it yours alone.']);
});

test.each(['', '1', 'sesame', '0'.repeat(64), DIGITS.slice(1)])(
  'a file that holds %o holds no key',
  async (content) => {
    writeFileSync(file(), content, { mode: 0o600 });
    expect(await errorOf(readOrMakeKey(file(), note))).toBe(
      'DIR/model.key holds no key: expected at least 32 random hexadecimal digits, as a training with --key-file makes them ' +
        'in a new file, or `openssl rand -hex 32` prints.',
    );
    expect(readFileSync(file(), 'utf8')).toBe(content);
  },
);

test('a key that is to be read is never made, and none is made in a folder that is not there', async () => {
  expect(await errorOf(readKey(file(), note))).toBe(
    'Cannot read the key DIR/model.key: there is no such file; name the one that the training made.',
  );
  expect(existsSync(file())).toBe(false);
  expect(await errorOf(readOrMakeKey(join(folder, 'none/model.key'), note))).toBe(
    'Cannot make the key DIR/none/model.key: its folder does not exist; make it first.',
  );
});

test('a key is checked against what a run or a checkpoint was trained with', () => {
  const key = { text: DIGITS, digest: 'ab', file: 'k' };
  expect(() => {
    checkKey('runs/a', {}, undefined);
    checkKey('runs/a', { keyDigest: 'ab' }, key);
  }).not.toThrow();
  const messageOf = (check: () => void): string => {
    try {
      check();
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError);
      return (error as Error).message;
    }
    return 'none';
  };
  expect(
    messageOf(() => {
      checkKey('runs/a', { keyDigest: 'ab' }, undefined);
    }),
  ).toBe('The weights of runs/a are drawn from a key, which is in none of its files. Pass --key-file FILE.');
  expect(
    messageOf(() => {
      checkKey('runs/a', { keyDigest: 'cd' }, key);
    }),
  ).toBe('--key-file k holds another key than the one that runs/a was trained with.');
  expect(
    messageOf(() => {
      checkKey('runs/a', {}, key);
    }),
  ).toBe(
    '--key-file k is given, but the weights of runs/a were drawn from its seed. Leave it out. A network that was trained ' +
      'without a key cannot get one: train a new one with --key-file.',
  );
});

test('weights come from the key where there is one, and otherwise from where they always came', () => {
  expect(weightStream(createRng(1), undefined).path).toBe('1/weights');
  expect(weightStream(createRng(1), { text: DIGITS, digest: '', file: 'k' }).path).toBe(DIGITS);
});

test('where nothing is drawn from a ring, the reason is told', () => {
  const ring = { weights: 'ring', sampling: 'even', reflect: true };
  expect(whyNothingIsDrawn(ring)).toBeUndefined();
  expect(whyNothingIsDrawn({ ...ring, sampling: 'sequential' })).toBeUndefined();
  expect(whyNothingIsDrawn({ ...ring, sampling: 'sequential', reflect: false })).toBe(
    'sampling is sequential and without signs, so nothing is drawn',
  );
  expect(whyNothingIsDrawn({ ...ring, weights: 'shared' })).toBe('weights is shared, so there is no ring to draw from');
});
