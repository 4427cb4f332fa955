import { expect, test } from 'vitest';
import { createLeftOutImages, leftOutSections } from './left-out-images.js';

const reason = (text: string) => () => Promise.resolve(text);

test('each image is told once, with the reason', async () => {
  const lines: string[] = [];
  const leftOut = createLeftOutImages((line) => lines.push(line));
  await leftOut.add('a.jpg', reason('Cannot read a.jpg: it is cut short.'));
  await leftOut.add('b.jpg', reason('Cannot read b.jpg: it is empty.'));
  await leftOut.add('a.jpg', () => Promise.reject(new Error('asked twice')));
  expect(['a.jpg', 'b.jpg', 'c.jpg'].map((file) => leftOut.has(file))).toEqual([true, true, false]);
  expect(lines).toEqual([
    'Left out an image. Cannot read a.jpg: it is cut short.',
    'Left out an image. Cannot read b.jpg: it is empty.',
  ]);
  expect(leftOut.list).toEqual([
    { file: 'a.jpg', reason: 'Cannot read a.jpg: it is cut short.' },
    { file: 'b.jpg', reason: 'Cannot read b.jpg: it is empty.' },
  ]);
});

test('from the hundredth on they are counted, and shown in the report up to 200', async () => {
  const lines: string[] = [];
  const leftOut = createLeftOutImages((line) => lines.push(line));
  for (let i = 0; i < 250; i++) await leftOut.add(`${i}.jpg`, reason(`${i}.jpg is empty.`));
  expect(lines).toHaveLength(101);
  expect(lines[100]).toBe('100 images were left out; more are counted, but not named here.');
  const [section] = leftOutSections(leftOut.list);
  expect(section).toMatchObject({
    title: 'Images left out',
    note:
      '250 images could not be read; the first 200. In training the next one stood in, in evaluation they do not ' +
      'count.',
  });
  expect(section!.rows).toHaveLength(200);
  expect(section!.rows[199]).toEqual(['199.jpg is empty.']);
  expect(leftOutSections([])).toEqual([]);
});
