// Fuzz tests that also measure memory.
import { expect } from 'vitest';
import { memoryUse } from '../src/run/system-facts.js';

const NUM_WARM_UP = 1000;
const MAX_GROWTH_BYTES = 256 * 2 ** 20;

/** Runs `fuzz` for a while and then in full, during which the process's highest memory use may grow by 256 MiB. */
export async function withBoundedMemory(
  numCases: number,
  fuzz: (numRuns: number) => Promise<void> | void,
): Promise<void> {
  await fuzz(NUM_WARM_UP);
  const before = memoryUse().peakRssBytes;
  await fuzz(numCases);
  const growth = memoryUse().peakRssBytes - before;
  console.log(`${numCases} cases; memory at most ${Math.round(growth / 1e6)} MB above the start`);
  expect(growth).toBeLessThan(MAX_GROWTH_BYTES);
}
