import type { SweptRun } from 'training-kit/commands';
import { expect, test } from 'vitest';
import { ringSizes } from './ring-sizes.js';

function trained(variant: string, depth: string, ringSize: number, testTop1: number): SweptRun {
  const values = new Map(Object.entries({ variant, depth, ringSize: String(ringSize) }));
  return {
    run: { name: `${variant},${depth},${ringSize}`, folder: '', values },
    state: { status: 'finished', step: 1, history: [{ step: 1, wallTime: 0, metrics: { testTop1 } }] },
    size: { ringSize, numGenerated: 10_000 },
  };
}

test('a power law a depth, of rings below half of the backbone alone', () => {
  const runs = [
    ...[100, 400, 1600].map((size) => trained('ring', '18', size, 0.1 * Math.sqrt(size / 100))),
    trained('ring', '18', 6400, 0.1), // too large to count
    trained('plain', '18', 200, 0.9),
    ...[100, 400].map((size) => trained('ring', '34', size, 0.2)), // too few
  ];
  const [table] = ringSizes.outcome!(runs);
  expect(table).toMatchObject({
    title: 'Power law',
    rows: [['ResNet18-RPG', 3, '0.500 ± 0.000', '0.0100', '1.000']],
  });
  expect(ringSizes.outcome!([])).toEqual([]);
});
