import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { DataError } from 'training-kit/errors';
import { describe, expect, test } from 'vitest';
import { cell, empty, matrix, num, struct, text, writeMatlab5 } from '../../../../test/matlab5-writer.js';
import { noData, posePack } from '../../../../test/real-data.js';
import type { MatlabValue } from './matlab-value.js';
import { readMatlab5 } from './matlab5.js';

const variables = {
  m: matrix([2, 3], [1, 2, 3, 4, 5, 6.5]),
  t: text('Grüße'),
  c: cell(num(7), text('x'), empty),
  s: struct({ x: num(1), name: text('one') }, { x: num(2), name: empty }),
};

describe.each([
  { isCompressed: false, numberType: 'double' },
  { isCompressed: true, numberType: 'double' },
  { isCompressed: true, numberType: 'uint8' },
] as const)('compressed: $isCompressed, numbers as $numberType', (options) => {
  const whole = options.numberType === 'uint8';
  const read = readMatlab5(
    writeMatlab5(whole ? { ...variables, m: matrix([2, 3], [1, 2, 3, 4, 5, 6]) } : variables, options),
    'f.mat',
  );

  test('numbers, column-major', () => {
    const m = read.get('m') as Extract<MatlabValue, { kind: 'numbers' }>;
    expect(m.shape).toEqual([2, 3]);
    expect(Array.from(m.values)).toEqual([1, 2, 3, 4, 5, whole ? 6 : 6.5]);
  });

  test('text, cells and structs', () => {
    expect(read.get('t')).toEqual({ kind: 'text', text: 'Grüße' });
    const c = read.get('c') as Extract<MatlabValue, { kind: 'cell' }>;
    expect([0, 1, 2].map((i) => c.at(i))).toEqual([
      { kind: 'numbers', shape: [1, 1], values: [7] },
      { kind: 'text', text: 'x' },
      { kind: 'numbers', shape: [0, 0], values: new Float64Array() },
    ]);
    const s = read.get('s') as Extract<MatlabValue, { kind: 'struct' }>;
    expect(s.fields).toEqual(['x', 'name']);
    expect(s.length).toBe(2);
    expect(s.at(1, 'x')).toEqual({ kind: 'numbers', shape: [1, 1], values: [2] });
    expect(s.at(0, 'name')).toEqual({ kind: 'text', text: 'one' });
    expect(s.at(0, 'other')).toBeUndefined();
    expect(() => s.at(2, 'x')).toThrow(new RangeError('Member 4 of 4 was asked for.'));
  });
});

function messageFor(bytes: Uint8Array): string {
  try {
    readMatlab5(bytes, 'f.mat');
  } catch (error) {
    expect(error).toBeInstanceOf(DataError);
    return (error as DataError).message;
  }
  throw new Error('It was read.');
}

const plain = writeMatlab5({ m: variables.m });
function changed(bytes: Buffer, at: number, ...values: number[]): Buffer {
  const copy = Buffer.from(bytes);
  copy.set(values, at);
  return copy;
}

describe('errors', () => {
  test.each([
    {
      name: 'shorter than a header',
      bytes: Buffer.alloc(100),
      said: 'Cannot read f.mat: 100 bytes, but a MATLAB file opens with 128 of its own. The file looks cut short.',
    },
    {
      name: 'another kind of file',
      bytes: Buffer.alloc(200),
      said:
        'Cannot read f.mat: it is no MATLAB file of version 5, expected version 5 (save -v7) or 7.3 (save -v7.3). ' +
        'Download it again, or save it anew in MATLAB.',
    },
    {
      name: 'another version',
      bytes: changed(plain, 124, 0, 3),
      said:
        'Cannot read f.mat: it is a MATLAB file of version 3, expected version 5 (save -v7) or 7.3 (save -v7.3). ' +
        'Download it again, or save it anew in MATLAB.',
    },
    {
      name: 'cut short',
      bytes: plain.subarray(0, plain.length - 8),
      said:
        'Cannot read f.mat: at byte 128 of a variable, an element claims 96 bytes, 88 are left. ' +
        'The file looks cut short or damaged; download it again.',
    },
    {
      name: 'a class that is none',
      bytes: changed(plain, 144, 99),
      said:
        'Cannot read f.mat: at byte 136 of a variable, a matrix is of class 99, which MATLAB does not have. ' +
        'The file looks cut short or damaged; download it again.',
    },
    {
      name: 'compressed nonsense',
      bytes: changed(writeMatlab5({ m: variables.m }, { isCompressed: true }), 136, 1, 2, 3, 4, 5),
      said: 'Cannot read f.mat: a compressed variable does not unpack. The file looks damaged; download it again.',
    },
  ])('$name', ({ bytes, said }) => {
    expect(messageFor(bytes)).toBe(said);
  });

  test('a small file that unpacks to a large one', () => {
    const bomb = writeMatlab5({ m: matrix([1, 100_000], new Array<number>(100_000).fill(0)) }, { isCompressed: true });
    expect(bomb.length).toBeLessThan(5000);
    expect(() => readMatlab5(bomb, 'f.mat', { maxUnpackedBytes: 500_000 })).toThrow(
      new DataError('f.mat', 'Cannot read f.mat: it unpacks to more than 500 000 bytes. Is it the right file?'),
    );
  });
});

/** Reads all that a value leads to. */
function walk(value: MatlabValue | undefined): void {
  if (value?.kind === 'cell') for (let i = 0; i < value.length; i++) walk(value.at(i));
  if (value?.kind === 'struct') {
    for (let i = 0; i < value.length; i++) for (const field of value.fields) walk(value.at(i, field));
  }
}

test('damaged files: a DataError or some value, nothing else', () => {
  const nested = { ...variables, deep: struct({ a: cell(struct({ b: cell(num(1, 2), text('y')) })) }) };
  const files = [writeMatlab5(nested), writeMatlab5(nested, { isCompressed: true })];
  const change = fc.tuple(fc.nat(), fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 2, 5, 6, 14, 15, 255)));
  fc.assert(
    fc.property(fc.constantFrom(0, 1), fc.array(change, { maxLength: 8 }), fc.nat(), (which, changes, cut) => {
      const bytes = Buffer.from(files[which]!);
      for (const [at, value] of changes) bytes[128 + (at % (bytes.length - 128))] = value;
      const short = cut % 4 === 0 ? bytes.subarray(0, cut % bytes.length) : bytes;
      try {
        for (const value of readMatlab5(short, 'f.mat', { maxUnpackedBytes: 1_000_000 }).values()) walk(value);
      } catch (error) {
        if (!(error instanceof DataError)) throw error;
      }
    }),
    { seed: 1, numRuns: 3000 },
  );
});

test.skipIf(noData !== '')(`a real file: joints of 10 000 people${noData}`, () => {
  const file = join(posePack, 'annot', 'lspet_joints.mat');
  const joints = readMatlab5(readFileSync(file), file).get('joints') as Extract<MatlabValue, { kind: 'numbers' }>;
  // The file's order is joint, then x, y, visible, then person.
  expect(joints.shape).toEqual([14, 3, 10_000]);
  const [x, y] = [joints.values[14 * 3 * 11]!, joints.values[14 * 3 * 11 + 14]!];
  expect([x, y].map((value) => value.toFixed(2))).toEqual(['57.46', '198.87']); // right ankle of im00012, counted from 1
});
