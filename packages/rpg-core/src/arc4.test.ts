import fc from 'fast-check';
import seedrandom from 'seedrandom';
import { expect, test } from 'vitest';
import { firstWords } from './arc4.js';

const ofLibrary = (name: string): number[] => {
  const key = seedrandom(name);
  return [key.int32(), key.int32(), key.int32()];
};

test('any name starts the stream that the library seedrandom starts by it', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ minLength: 1, unit: 'binary' }),
        fc.string({ minLength: 250, maxLength: 800, unit: 'grapheme' }),
        fc.string({ minLength: 1, maxLength: 3 }).map((root) => root.repeat(200)),
      ),
      (name) => {
        expect([...firstWords(name, 3)]).toEqual(ofLibrary(name));
      },
    ),
    { numRuns: 200, seed: 1 },
  );
});

// RFC 6229 has the key stream of the bytes 1 to 5 from byte 256 on: 1c fc f6 2b 03 ed db 64 1d 77 df cf 7f 8d 8c 93.
test('it is ARC4', () => {
  const words = [...firstWords('\u0001\u0002\u0003\u0004\u0005', 4)].map((word) => word >>> 0);
  expect(words).toEqual([0x1cfcf62b, 0x03eddb64, 0x1d77dfcf, 0x7f8d8c93]);
});
