import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import h5wasm, { type Group } from 'h5wasm/node';
import { beforeAll, expect, test } from 'vitest';
import { messageOf, temporaryFolder } from '../../../../test/annotation-fixtures.js';
import { withMatlabFile } from './matlab-file.js';
import type { MatlabValue } from './matlab-value.js';

const folder = temporaryFolder();
beforeAll(() => h5wasm.ready);

/** As MATLAB lays it out: text as codes, dimensions turned round, cells and struct arrays as references. */
function write(name: string): string {
  const file = join(folder, name);
  const opened = new h5wasm.File(file, 'w');
  const refs = opened.create_group('#refs#');
  let count = 0;
  const add = (group: Group, key: string, data: Float64Array | Uint16Array, shape: number[], className: string) => {
    const dataset = group.create_dataset({ name: key, data, shape });
    dataset.create_attribute('MATLAB_class', className);
    return dataset.create_reference();
  };
  const number = (value: number) => add(refs, `r${count++}`, Float64Array.of(value), [1, 1], 'double');
  const word = (value: string) =>
    add(
      refs,
      `r${count++}`,
      Uint16Array.from(value, (letter) => letter.charCodeAt(0)),
      [value.length, 1],
      'char',
    );

  add(opened, 'm', Float64Array.of(1, 2, 3, 4, 5, 6), [3, 2], 'double');
  opened
    .create_dataset({ name: 'c', data: [number(7), word('x')], shape: [2, 1] })
    .create_attribute('MATLAB_class', 'cell');
  const s = opened.create_group('s');
  s.create_attribute('MATLAB_class', 'struct');
  s.create_dataset({ name: 'x', data: [number(1), number(2)], shape: [2, 1] });
  s.create_dataset({ name: 'name', data: [word('one'), word('two')], shape: [2, 1] });
  const one = opened.create_group('one');
  one.create_attribute('MATLAB_class', 'struct');
  add(one, 'y', Float64Array.of(9), [1, 1], 'double');
  opened.close();
  return file;
}

test('numbers, cells and structs, as version 5 gives them', async () => {
  const seen = await withMatlabFile(write('new.mat'), (variables) => {
    const c = variables.get('c') as Extract<MatlabValue, { kind: 'cell' }>;
    const s = variables.get('s') as Extract<MatlabValue, { kind: 'struct' }>;
    const one = variables.get('one') as Extract<MatlabValue, { kind: 'struct' }>;
    return {
      names: [...variables.keys()],
      m: variables.get('m'),
      c: [c.shape, c.at(0), c.at(1)],
      s: [s.length, s.fields, s.at(0, 'x'), s.at(1, 'name'), s.at(0, 'z')],
      one: [one.length, one.at(0, 'y')],
    };
  });
  expect(seen).toEqual({
    names: ['c', 'm', 'one', 's'],
    m: { kind: 'numbers', shape: [2, 3], values: Float64Array.of(1, 2, 3, 4, 5, 6) },
    c: [[1, 2], { kind: 'numbers', shape: [1, 1], values: [7] }, { kind: 'text', text: 'x' }],
    s: [2, ['name', 'x'], { kind: 'numbers', shape: [1, 1], values: [1] }, { kind: 'text', text: 'two' }, undefined],
    one: [1, { kind: 'numbers', shape: [1, 1], values: [9] }],
  });
});

test('a file that only begins like HDF5', async () => {
  const file = join(folder, 'bad.mat');
  writeFileSync(file, Buffer.concat([Buffer.from('\x89HDF\r\n\x1a\n', 'latin1'), Buffer.alloc(600)]));
  expect(
    await messageOf(
      withMatlabFile(file, () => 0),
      folder,
    ),
  ).toMatch(
    /^Cannot read DIR\/bad.mat: the HDF5 library refuses it \(.+\). The file looks cut short or damaged; download it again.$/,
  );
});
