import { expect, test } from 'vitest';
import { z } from 'zod';
import {
  optimisationSettings,
  ringDrawSettings,
  ringRateSetting,
  ringSizeSetting,
  runSettings,
} from './training-settings.js';

const optimisation = {
  numEpochs: 3,
  batchSize: 8,
  learningRate: 0.1,
  schedule: 'steps',
  milestones: [2],
  gamma: 0.5,
  warmUpEpochs: 0,
} as const;
const draw = { sampling: 'uneven', reflect: false, ringStart: 'official' } as const;
const run = { seed: 4, evalEvery: 0.5, checkpointEvery: 10, keepCheckpoints: 2 };
const schema = z.strictObject({
  ringSize: ringSizeSetting.default(0.5),
  ...ringDrawSettings(draw),
  ...optimisationSettings('people', { ...optimisation, milestones: [2] }),
  ringRate: ringRateSetting('matched'),
  ...runSettings(run),
});

test('what nobody sets is as the app says, in the order of help', () => {
  const settings = schema.parse({});
  expect(settings).toEqual({ ringSize: 0.5, ...draw, ...optimisation, accumulate: 1, ringRate: 'matched', ...run });
  expect(Object.keys(settings)).toEqual([
    'ringSize',
    ...Object.keys(draw),
    ...['numEpochs', 'batchSize', 'accumulate', 'learningRate', 'schedule', 'milestones', 'gamma', 'warmUpEpochs'],
    ...['ringRate', ...Object.keys(run)],
  ]);
  expect(schema.shape.batchSize.description).toBe('people a step');
});

test.each([
  { ringSize: 0 },
  { sampling: 'odd' },
  { ringStart: 'zero' },
  { ringStart: 0 },
  { ringRate: 'half' },
  { ringRate: -1 },
  { batchSize: 0 },
  { learningRate: 0 },
  { milestones: [0] },
  { gamma: 1.1 },
  { warmUpEpochs: -1 },
  { seed: -1 },
  { evalEvery: 0 },
  { keepCheckpoints: 0 },
])('refuses %o', (settings) => {
  expect(schema.safeParse(settings).success).toBe(false);
});
