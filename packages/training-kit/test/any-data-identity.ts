// What run records and checkpoints say of their data: sound, spoiled in a place, or anything.
import fc from 'fast-check';

const split = fc.oneof(
  { weight: 8, arbitrary: fc.record({ numExamples: fc.nat(), digest: fc.string() }) },
  { weight: 1, arbitrary: fc.record({ numExamples: fc.constantFrom(-1, 0.5, 1e300, '1', null), digest: fc.string() }) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 1 }) },
);
const object = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 });
const splits = fc.dictionary(fc.oneof(fc.constantFrom('train', 'val', 'test'), fc.string()), split, { maxKeys: 4 });

/** Plain data; undefined stands for what versions without it wrote. */
export const anyDataIdentity: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: fc.constant(undefined) },
  { weight: 4, arbitrary: fc.record({ network: object, splits }) },
  { weight: 1, arbitrary: fc.record({ network: fc.jsonValue({ maxDepth: 1 }), splits: object }) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
);
