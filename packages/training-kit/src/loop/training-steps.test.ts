import { expect, test } from 'vitest';
import { ConfigError } from '../errors.js';
import { trainingSteps } from './training-steps.js';

test.each([
  { evalEvery: 1, evaluateEvery: 3 },
  { evalEvery: 2, evaluateEvery: 6 },
  { evalEvery: 0.5, evaluateEvery: 2 },
  { evalEvery: 0.01, evaluateEvery: 1 },
])('10 examples, 3 a step, watched every $evalEvery epochs', ({ evalEvery, evaluateEvery }) => {
  const steps = trainingSteps(10, { batchSize: 3, numEpochs: 4, evalEvery });
  expect(steps).toEqual({ stepsPerEpoch: 3, numSteps: 12, evaluateEvery });
});

test('fewer examples than a batch takes are refused', () => {
  expect(() => trainingSteps(2, { batchSize: 3, numEpochs: 1, evalEvery: 1 })).toThrow(
    new ConfigError('batchSize', 'batchSize is 3, expected an integer from 1 to 2, the training examples.'),
  );
});
