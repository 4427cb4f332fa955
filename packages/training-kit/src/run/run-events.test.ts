import { expect, test } from 'vitest';
import { runEvents } from './run-events.js';

test('changed settings and failed evaluations, with their steps', () => {
  const history = [
    { step: 20, wallTime: 0, metrics: { evaluationFailed: 1 } },
    { step: 30, wallTime: 0, metrics: { valLoss: 1 } },
    { step: 40, wallTime: 0, metrics: { evaluationFailed: 1 } },
  ];
  const changes = [{ step: 20, setting: 'learningRate', was: 0.1, is: 0.01 }];
  expect(runEvents({ history: () => history, changes: () => changes })).toEqual({
    'changed settings': 'learningRate 0.01 from step 20 on (was 0.1)',
    'failed evaluations': 'of steps 20, 40; log.txt says why',
  });
  expect(runEvents({ history: () => [], changes: () => [] })).toEqual({});
});
