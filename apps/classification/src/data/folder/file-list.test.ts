import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fileAt, type FileList, packFiles, selectFiles } from './file-list.js';

const pathsOf = (list: FileList) => Array.from({ length: list.numFiles }, (_, i) => fileAt(list, i));

test('paths come back as they were, in the order of the classes', () => {
  const list = packFiles('DIR/train', ['a', 'größe'], [['1.jpg', 'deep/2.JPEG'], ['猫.png']]);
  expect(pathsOf(list)).toEqual([
    join('DIR/train/a/1.jpg'),
    join('DIR/train/a/deep/2.JPEG'),
    join('DIR/train/größe/猫.png'),
  ]);
  expect([...list.labels]).toEqual([0, 0, 1]);
  for (const array of [list.labels, list.paths, list.offsets]) expect(array.buffer).toBeInstanceOf(SharedArrayBuffer);
});

test('a selection has paths and labels of its own, in its own order', () => {
  const list = packFiles('DIR', ['a', 'b'], [['1', '22', '333'], ['4444']]);
  const selected = selectFiles(list, [3, 0, 3]);
  expect(pathsOf(selected)).toEqual(['DIR/b/4444', 'DIR/a/1', 'DIR/b/4444'].map((path) => join(path)));
  expect([...selected.labels]).toEqual([1, 0, 1]);
  expect(selectFiles(list, []).numFiles).toBe(0);
});

test('any names', () => {
  const name = fc.stringMatching(/^[^/\0.]{1,12}$/u);
  fc.assert(
    fc.property(fc.array(fc.array(name, { maxLength: 5 }), { minLength: 1, maxLength: 4 }), (files) => {
      const classes = files.map((_, label) => `c${label}`);
      const list = packFiles('DIR', classes, files);
      const expected = files.flatMap((ofClass, label) => ofClass.map((path) => join('DIR', classes[label]!, path)));
      expect(pathsOf(list)).toEqual(expected.map((path) => Buffer.from(path).toString()));
    }),
    { seed: 1 },
  );
});
