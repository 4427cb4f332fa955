import { expect, test } from 'vitest';
import { fileOf } from '../../test/safetensors-fuzz.js';
import { decodeSafetensors } from './safetensors.js';

const entry = (dtype: string, shape: string, offsets: string) =>
  `{"w":{"dtype":"${dtype}","shape":${shape},"data_offsets":${offsets}}}`;

test.each([
  { what: 'nothing', bytes: new Uint8Array(3), error: 'Not a safetensors file: 3 bytes, expected at least 8.' },
  {
    what: 'a header longer than the file',
    bytes: fileOf('{}', [], 3n),
    error: 'Not a safetensors file: the header says it has 3 bytes, expected from 2 to 2; it looks cut short.',
  },
  {
    what: 'a header of absurd length',
    bytes: fileOf('{}', [], 0xffff_ffff_ffff_ffffn),
    error: 'Not a safetensors file: the header says it has 18446744073709551615 bytes, expected from 2 to 2.',
  },
  { what: 'broken JSON', bytes: fileOf('{"w":'), error: 'Not a safetensors file: the header is not JSON.' },
  {
    what: 'bytes that are no UTF-8',
    bytes: fileOf('{}').map((byte, i) => (i === 8 ? 0xff : byte)),
    error: 'Not a safetensors file: the header is not UTF-8.',
  },
  { what: 'a list', bytes: fileOf('[]'), error: 'Not a safetensors file: the header is not a JSON object.' },
  {
    what: 'a name twice',
    bytes: fileOf('{"w":{},"\\u0077" : {}}'),
    error: 'Not a safetensors file: the header is JSON that has the key "w" twice.',
  },
  {
    what: 'deep nesting',
    bytes: fileOf(`{"w":${'['.repeat(1000)}`),
    error: 'Not a safetensors file: the header is JSON that nests deeper than 3 levels.',
  },
  {
    what: 'metadata of numbers',
    bytes: fileOf('{"__metadata__":{"k":1}}'),
    error: 'The safetensors __metadata__ holds "k", which is not a string.',
  },
  {
    what: 'metadata as a list',
    bytes: fileOf('{"__metadata__":[]}'),
    error: 'The safetensors __metadata__ is not an object.',
  },
  {
    what: 'a tensor without fields',
    bytes: fileOf('{"w":{"dtype":"F32"}}'),
    error: 'Tensor "w" of the safetensors file has the fields ["dtype"], expected dtype, shape and data_offsets.',
  },
  {
    what: 'a tensor that is null',
    bytes: fileOf('{"w":null}'),
    error: 'Tensor "w" of the safetensors file is not described by an object.',
  },
  {
    what: 'an unknown type',
    bytes: fileOf(entry('F8_E4M3', '[1]', '[0,1]'), [0]),
    error:
      'Tensor "w" of the safetensors file has dtype "F8_E4M3", expected one of' +
      ' F64, F32, F16, BF16, I64, U64, I32, U32, I16, U16, I8, U8, BOOL.',
  },
  {
    what: 'a type named like a property of every object',
    bytes: fileOf(entry('constructor', '[1]', '[0,1]'), [0]),
    error:
      'Tensor "w" of the safetensors file has dtype "constructor", expected one of' +
      ' F64, F32, F16, BF16, I64, U64, I32, U32, I16, U16, I8, U8, BOOL.',
  },
  {
    what: 'a negative size',
    bytes: fileOf(entry('U8', '[-1]', '[0,1]'), [0]),
    error: 'Tensor "w" of the safetensors file has a shape that is not a list of whole numbers.',
  },
  {
    what: 'a shape beyond all memory',
    bytes: fileOf(entry('F32', '[4294967296,4294967296]', '[0,4]'), [0, 0, 0, 0]),
    error: 'Tensor "w" has shape [4294967296,4294967296], too large to be real.',
  },
  {
    what: 'one offset',
    bytes: fileOf(entry('U8', '[1]', '[0]'), [0]),
    error: 'Tensor "w" of the safetensors file has data_offsets that are not two whole numbers.',
  },
  {
    what: 'a size other than the shape says',
    bytes: fileOf(entry('F32', '[2]', '[0,4]'), [0, 0, 0, 0]),
    error: 'Tensor "w" of the safetensors file takes 4 bytes, expected 8 for F32 of shape [2].',
  },
  {
    what: 'offsets that run backwards',
    bytes: fileOf(entry('U8', '[1]', '[1,0]'), [0]),
    error: 'Tensor "w" of the safetensors file takes -1 bytes, expected 1 for U8 of shape [1].',
  },
  {
    what: 'a hole',
    bytes: fileOf(entry('U8', '[1]', '[1,2]'), [0, 0]),
    error: 'Tensor "w" of the safetensors file begins at byte 1 of the data, expected 0: tensors leave a hole.',
  },
  {
    what: 'an overlap',
    bytes: fileOf(
      '{"v":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"w":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}',
      [0, 0, 0],
    ),
    error: 'Tensor "w" of the safetensors file begins at byte 1 of the data, expected 2: tensors overlap.',
  },
  {
    what: 'data cut short',
    bytes: fileOf(entry('U8', '[4]', '[0,4]'), [0, 0]),
    error: 'The safetensors file holds 2 bytes of data, its header describes 4: it is cut short or too long.',
  },
])('refuses $what', ({ bytes, error }) => {
  expect(() => decodeSafetensors(bytes)).toThrow(error);
  let message = '';
  try {
    decodeSafetensors(bytes);
  } catch (thrown) {
    message = (thrown as Error).message;
  }
  expect(message).toBe(error);
});

test('quotes a hostile name shortly and without control characters', () => {
  const name = '\\u001b[31m' + 'x'.repeat(10_000);
  const read = () => decodeSafetensors(fileOf(`{"${name}":1}`));
  expect(read).toThrow(/^Tensor "\\u001b\[31mx{50,80}… of the safetensors file is not described by an object\.$/);
});
