import { expect, test } from 'vitest';
import {
  bytesField,
  doubleField,
  floatField,
  integerField,
  messageField,
  signedField,
  stringField,
} from './protobuf-wire.js';

// 150 and "testing" are the examples of the protocol buffers documentation ("Encoding"); the others follow its rules.
test.each([
  { what: 'integer 150', bytes: integerField(1, 150), hex: '089601' },
  { what: 'integer 0', bytes: integerField(2, 0), hex: '1000' },
  { what: 'integer 2^53 - 1', bytes: integerField(1, Number.MAX_SAFE_INTEGER), hex: '08ffffffffffffff0f' },
  { what: 'signed 150', bytes: signedField(1, 150), hex: '089601' },
  { what: 'signed -1', bytes: signedField(1, -1), hex: '08ffffffffffffffffff01' },
  { what: 'signed -2', bytes: signedField(1, -2), hex: '08feffffffffffffffff01' },
  { what: 'field number 16', bytes: integerField(16, 1), hex: '800101' },
  { what: 'string', bytes: stringField(2, 'testing'), hex: '120774657374696e67' },
  { what: 'string beyond ASCII', bytes: stringField(2, 'ü'), hex: '1202c3bc' },
  { what: 'bytes', bytes: bytesField(4, Uint8Array.of(0, 255)), hex: '220200ff' },
  { what: 'float 1', bytes: floatField(2, 1), hex: '150000803f' },
  { what: 'double -2', bytes: doubleField(1, -2), hex: '0900000000000000c0' },
  { what: 'message', bytes: messageField(3, [integerField(1, 150)]), hex: '1a03089601' },
  { what: 'empty message', bytes: messageField(3, []), hex: '1a00' },
])('$what', ({ bytes, hex }) => {
  expect(Buffer.concat(bytes).toString('hex')).toBe(hex);
});

test.each([-1, 0.5, NaN, 2 ** 53])('refuses the integer %d', (value) => {
  expect(() => integerField(1, value)).toThrow(new RangeError(`Varint ${value}, expected 0, 1, 2, ….`));
});
