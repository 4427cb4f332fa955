import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { flavours, releases } from './wheel-pins.js';

test.each(flavours)('%s: each wheel is pinned once, by a size and a whole SHA-256', (flavour) => {
  const { wheels, unpackedBytes, knownFiles } = releases[flavour];
  expect(new Set(wheels.map(({ project }) => project)).size).toBe(wheels.length);
  for (const { sizeBytes, sha256 } of [...wheels, ...knownFiles]) {
    expect(Number.isSafeInteger(sizeBytes) && sizeBytes > 0).toBe(true);
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  }
  expect(knownFiles.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)).toBeLessThanOrEqual(unpackedBytes);
});

test('the README names the sizes of what is fetched and kept', () => {
  const readme = readFileSync(fileURLToPath(new URL('../../../README.md', import.meta.url)), 'utf8');
  const fetched = flavours.map((flavour) =>
    releases[flavour].wheels.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  );
  const kept = flavours.map((flavour) => releases[flavour].unpackedBytes);
  const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
  expect(readme).toContain(`${Math.round(fetched[0]! / 1e6)} MB to fetch, ${gigabytes(kept[0]!)} on disk`);
  expect(readme).toContain(`${gigabytes(fetched[1]!)} to fetch, ${gigabytes(kept[1]!)} on disk`);
});
