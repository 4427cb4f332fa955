import { expect, test } from 'vitest';
import { DataError } from '../errors.js';
import { describeCheckpoint, readDescription } from './checkpoint-description.js';

const whole = { formatVersion: 1, step: 4, config: { width: 3 }, configHash: 'a', metadata: { best: 2 } };

test('a description is read as it was written', () => {
  const data = { network: { classNames: ['ant'] }, splits: { train: { numExamples: 2, digest: 'd' } } };
  const text = describeCheckpoint(4, { best: 2 }, { config: { width: 3 }, numLogged: 9, data });
  const { configHash, ...rest } = readDescription('f', text);
  expect(rest).toEqual({ step: 4, config: { width: 3 }, metadata: { best: 2 }, numLogged: 9, data });
  expect(configHash).toMatch(/^[0-9a-f]{16}$/);
});

test('older versions leave out what they did not know', () => {
  expect(readDescription('f', JSON.stringify(whole))).toEqual({
    step: 4,
    config: { width: 3 },
    configHash: 'a',
    metadata: { best: 2 },
  });
});

test.each([
  { text: '{', why: 'its description is not JSON, or not ours.' },
  { text: '[]', why: 'its description is not an object.' },
  { text: '{}', why: 'its description has no format version.' },
  { text: JSON.stringify({ ...whole, step: -1 }), why: 'its description lacks step, config or metadata.' },
  { text: JSON.stringify({ ...whole, data: 3 }), why: 'what it says of its data makes no sense.' },
])('$text is damage', ({ text, why }) => {
  expect(() => readDescription('f', text)).toThrow(
    new DataError('f', `The checkpoint f is damaged: ${why} Use an older one.`),
  );
});

test('a later format is named', () => {
  expect(() => readDescription('f', JSON.stringify({ ...whole, formatVersion: 2 }))).toThrow(
    'Cannot read f: it is of checkpoint format 2, this program reads 1.',
  );
});

test('what JSON cannot hold is refused', () => {
  expect(() => describeCheckpoint(1, { best: NaN }, {})).toThrow(TypeError);
});
