import type { SweptRun } from 'training-kit/commands';
import { expect, test } from 'vitest';
import { pruning } from './pruning.js';

function run(
  values: Record<string, string>,
  testTop1: number | undefined,
  measured?: Record<string, number>,
): SweptRun {
  const history = testTop1 === undefined ? [] : [{ step: 1, wallTime: 0, metrics: { testTop1 } }];
  return {
    run: { name: '', folder: '', values: new Map(Object.entries({ variant: 'ring', ...values })) },
    state: { status: testTop1 === undefined ? 'waiting' : 'finished', step: 1, history },
    measured,
  };
}

test('a row a network, its second trainings beside it', () => {
  const left = { droppedTop1: 0.25, multiplyAddsLeft: 0.7, ringElementsLeft: 0.9 };
  const [table] = pruning.outcome!([
    run({ depth: '18', seed: '1' }, 0.5, left),
    run({ depth: '18', seed: '1', after: 'pruned' }, 0.4),
    run({ depth: '18', seed: '1', after: 'whole' }, undefined),
    run({ depth: '18', seed: '2' }, 0.52, left),
    run({ depth: '18', seed: '2', after: 'pruned' }, 0.4),
    run({ depth: '34', seed: '1' }, 0.6),
    run({ depth: '34', seed: '2' }, undefined),
  ]);
  expect(table).toMatchObject({
    rows: [
      ['ring, 18', '51.0 ± 1.4', '25.0 ± 0.0', '40.0 ± 0.0', null, '70.0 ± 0.0', '90.0 ± 0.0'],
      ['ring, 34', '60.0', null, null, null, null, null],
    ],
  });
  expect(pruning.outcome!([run({ depth: '18', seed: '1' }, undefined)])).toEqual([]);
});
