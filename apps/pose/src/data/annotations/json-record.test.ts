import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { DataError } from 'training-kit/errors';
import { describe, expect, test } from 'vitest';
import { messageOf, temporaryFolder } from '../../../test/annotation-fixtures.js';
import { JsonRecord, readJsonRecords } from './json-record.js';

const origin = { file: 'people.json', record: 'record 3' };
const recordOf = (fields: Record<string, unknown>) => new JsonRecord(origin, fields);

describe('what is as it should be', () => {
  test('is given as it is', () => {
    const record = recordOf({ name: 'a.jpg', size: 2.5, pair: [1, 2], grid: [[1, 2, 3], [4, 5, 6]] }); // prettier-ignore
    expect(record.text('name')).toBe('a.jpg');
    expect(record.number('size')).toBe(2.5);
    expect(record.numbers('pair', 2)).toEqual([1, 2]);
    expect(record.rows('grid', 2, 3)).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
  });

  test('a key is there with whatever value, and no key comes from JavaScript itself', () => {
    const record = recordOf({ empty: null });
    expect(record.has('empty')).toBe(true);
    expect(record.has('toString')).toBe(false);
  });
});

describe('what is not names file, record and key', () => {
  const MEND = 'The run stops.\nIs the file of the format that it was taken for, and whole?';
  test.each([
    { read: (record: JsonRecord) => record.text('key'), value: '', said: 'is the text "", expected a name' },
    { read: (record: JsonRecord) => record.text('key'), value: true, said: 'is true, expected a name' },
    { read: (record: JsonRecord) => record.number('key'), value: [1, 2], said: 'is an array of 2, expected a number' },
    { read: (record: JsonRecord) => record.number('key'), value: {}, said: 'is an object, expected a number' },
    { read: (record: JsonRecord) => record.number('key'), value: Infinity, said: 'is Infinity, expected a number' },
    { read: (record: JsonRecord) => record.numbers('key', 2), value: 7, said: 'is 7, expected an array of 2' },
    { read: (record: JsonRecord) => record.rows('key', 1, 2), value: [[1]], said: '[0]" has 1 items, expected 2' },
    {
      read: (record: JsonRecord) => record.number('key'),
      value: 'x'.repeat(99),
      said: `is the text "${'x'.repeat(40)}", expected a number`, // no more than it takes to find it
    },
  ])('$said', ({ read, value, said }) => {
    const problem = said.startsWith('[') ? `"key${said}` : `"key" ${said}`;
    expect(() => read(recordOf({ key: value }))).toThrow(
      new DataError('people.json', `people.json, record 3: ${problem}. ${MEND}`),
    );
  });

  test.each(['image', 'img_paths'])('and the image, where "%s" tells it', (key) => {
    const error = recordOf({ [key]: 'a.jpg' }).error('it is odd', 'Mend it.');
    expect(error).toEqual(
      new DataError('people.json', 'people.json, record 3 (a.jpg): it is odd. The run stops.\nMend it.'),
    );
  });
});

describe('a file', () => {
  const folder = temporaryFolder();
  const write = (content: unknown) => {
    const file = join(folder, 'people.json');
    writeFileSync(file, JSON.stringify(content));
    return file;
  };

  test('its records are counted from 0', async () => {
    const file = write([{ a: 1 }, { a: 2 }]);
    const records = await readJsonRecords(file);
    expect(records.map((record) => [record.origin, record.number('a')])).toEqual([
      [{ file, record: 'record 0' }, 1],
      [{ file, record: 'record 1' }, 2],
    ]);
  });

  test.each([
    { content: 'people', kind: 'the text "people"' },
    { content: null, kind: 'null' },
    { content: false, kind: 'false' },
  ])('that holds $kind is refused, and so is such a record', async ({ content, kind }) => {
    expect(await messageOf(readJsonRecords(write(content)), folder)).toBe(
      `Cannot read DIR/people.json: it holds ${kind}, expected an array of records.`,
    );
    expect(await messageOf(readJsonRecords(write([{}, content])), folder)).toMatch(
      `DIR/people.json, record 1: it is ${kind}, expected an object.`,
    );
  });
});

test('whatever stands in a record, a reader gives numbers or a DataError', () => {
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), fc.array(fc.jsonValue(), { minLength: 2, maxLength: 2 })), (value) => {
      const record = recordOf({ key: value });
      try {
        expect(record.numbers('key', 2).every(Number.isFinite)).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(DataError);
      }
    }),
    { seed: 1 },
  );
});
