import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { examplesInMemory, identityOf, namedExamples, parseDataIdentity } from './identity.js';

const listOf = (...names: string[]) => namedExamples(() => names);
const network = { classNames: ['ant', 'bee', 'cat'], normalization: { mean: [0.5, 0.5, 0.5] } };

test('a digest is that of the names in order, whatever their Unicode form', () => {
  const expected = createHash('sha256').update('caf\u00e9/1.jpg\0b\0').digest('hex').slice(0, 16);
  expect(listOf('caf\u00e9/1.jpg', 'b')).toMatchObject({ numExamples: 2, digest: expected });
  expect(listOf('cafe\u0301/1.jpg', 'b').digest).toBe(expected);
  expect(listOf('b', 'caf\u00e9/1.jpg').digest).not.toBe(expected);
  expect(listOf('a', 'b').digest).not.toBe(listOf('ab').digest);
});

test('a digest of what lies in memory is that of its bytes', () => {
  const bytes = Uint8Array.of(9, 1, 2).subarray(1);
  const expected = createHash('sha256')
    .update(Uint8Array.of(1, 2, 3, 0, 0, 0))
    .digest('hex')
    .slice(0, 16);
  expect(examplesInMemory(2, [bytes, Int32Array.of(3)])).toEqual({ numExamples: 2, digest: expected });
});

test('what is kept is read back; anything else is no identity', () => {
  const kept = identityOf({ network, splits: { train: listOf('a', 'b') } });
  expect(kept.splits).toEqual({ train: { numExamples: 2, digest: listOf('a', 'b').digest } });
  expect(parseDataIdentity(JSON.parse(JSON.stringify(kept)) as never)).toEqual(kept);
  for (const other of [undefined, null, [], {}, { network, splits: { train: { numExamples: -1, digest: '' } } }]) {
    expect(parseDataIdentity(other)).toBeUndefined();
  }
});
