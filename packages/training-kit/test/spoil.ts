// Ways to spoil a file's bytes, drawn at random.
import fc from 'fast-check';

/** What is done to the bytes; places count modulo the length. */
type Change =
  | { readonly kind: 'set'; readonly at: number; readonly byte: number }
  | { readonly kind: 'cut'; readonly count: number }
  | { readonly kind: 'remove' | 'repeat'; readonly at: number; readonly count: number };

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), at: fc.nat(), byte: fc.nat(255) }),
  fc.record({ kind: fc.constant('cut' as const), count: fc.nat(600) }),
  fc.record({ kind: fc.constantFrom('remove', 'repeat'), at: fc.nat(), count: fc.nat(600) }),
);

/** One to four changes; rarely none. */
export const changes: fc.Arbitrary<readonly Change[]> = fc.array(change, { maxLength: 4, size: 'max' });

export function spoil(bytes: Uint8Array, list: readonly Change[]): Buffer {
  let spoiled = Buffer.from(bytes);
  for (const each of list) {
    const at = 'at' in each ? each.at % Math.max(1, spoiled.length) : 0;
    if (each.kind === 'set') spoiled[at] = each.byte;
    else if (each.kind === 'cut') spoiled = spoiled.subarray(0, Math.max(0, spoiled.length - each.count));
    else if (each.kind === 'remove') {
      spoiled = Buffer.concat([spoiled.subarray(0, at), spoiled.subarray(at + each.count)]);
    } else spoiled = Buffer.concat([spoiled.subarray(0, at + each.count), spoiled.subarray(at)]);
  }
  return spoiled;
}
