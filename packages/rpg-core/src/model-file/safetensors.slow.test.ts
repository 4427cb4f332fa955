import { expect, inject, test } from 'vitest';
import { fuzzBytes, fuzzHeaders, fuzzRoundTrip, fuzzSpoiledFiles } from '../../test/safetensors-fuzz.js';

/** Above what a warm process holds; a reader that believed a header would need gigabytes. */
const MAX_GROWTH_BYTES = 256 * 2 ** 20;

const numCases = 25_000 * inject('casesFactor');

function peakBytes(): number {
  return process.resourceUsage().maxRSS * 1024;
}

test.each([
  { what: 'what is written is read back, bit for bit', fuzz: fuzzRoundTrip, seed: 101 },
  { what: 'random bytes', fuzz: fuzzBytes, seed: 102 },
  { what: 'valid files with bytes changed, cut or repeated', fuzz: fuzzSpoiledFiles, seed: 103 },
  { what: 'headers of JSON in all shapes', fuzz: fuzzHeaders, seed: 104 },
])(`safetensors, ${numCases} cases: $what`, ({ fuzz, seed }) => {
  fuzz(1000, seed + 10);
  const before = peakBytes();
  fuzz(numCases, seed);
  const growth = peakBytes() - before;
  console.log(`memory at most ${Math.round(growth / 1e6)} MB above the start`);
  expect(growth).toBeLessThan(MAX_GROWTH_BYTES);
});
