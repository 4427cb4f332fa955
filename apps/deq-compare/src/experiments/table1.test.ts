import type { SweptRun } from 'training-kit/commands';
import { expect, test } from 'vitest';
import { equilibriumOrBlocks } from './table1.js';

function run(values: Record<string, string>, testTop1?: number, measured?: Record<string, number>): SweptRun {
  const history = testTop1 === undefined ? [] : [{ step: 1, wallTime: 0, metrics: { testTop1 } }];
  return {
    run: { name: '', folder: '', values: new Map(Object.entries(values)) },
    state: { status: testTop1 === undefined ? 'waiting' : 'finished', step: 1, history },
    measured,
  };
}

test('a row a network and set, the paper’s numbers beside it', () => {
  const [table] = equilibriumOrBlocks.outcome!([
    run({ variant: 'blocks', numBlocks: '1', seed: '1' }, 0.6, { imageMs: 0.5, epochSeconds: 60 }),
    run({ variant: 'blocks', numBlocks: '2', seed: '1' }, 0.7, { imageMs: 1, epochSeconds: 90 }),
    run({ variant: 'blocks', numBlocks: '2', seed: '2' }, 0.72, { imageMs: 1, epochSeconds: 90 }),
    run({ variant: 'blocks', numBlocks: '3', seed: '1' }),
    run({ variant: 'blocks', numBlocks: '2', dataset: 'cifar100', seed: '1' }, 0.5),
    run({ variant: 'mdeq', seed: '1' }, 0.71, { imageMs: 8, epochSeconds: 600, evaluations: 17 }),
  ]);
  expect(table).toMatchObject({
    rows: [
      ['RPG, 1× MS block', 'CIFAR-10', '60.0', null, '1.0', '0.50', null, '16.0', null, null],
      // prettier-ignore
      ['RPG, 2× MS block', 'CIFAR-10', '71.0 ± 1.4', '88.5', '1.5 ± 0.0', '1.00 ± 0.00', '0.12', '8.0', '26.3', null],
      ['RPG, 2× MS block', 'CIFAR-100', '50.0', '62.8', null, null, '0.12', null, '26.3', null],
      ['MDEQ', 'CIFAR-10', '71.0', '85.1', '10.0', '8.00', '3.15', '1.0', '1.0', '17.0'],
    ],
  });
  expect(equilibriumOrBlocks.outcome!([run({ variant: 'mdeq', seed: '1' })])).toEqual([]);
});
