import { expect, test } from 'vitest';
import { toySpec } from '../../test/toy-training.js';
import { ConfigError } from '../errors.js';
import { describeTraining } from './dry-run.js';

const spec = toySpec(() => Promise.reject(new Error('A dry run trains nothing.')));

test('tells size and cost', () => {
  expect(describeTraining(spec, { seed: 1, keepCheckpoints: 1, rate: 0.3, startFrom: null }).split('\n')).toEqual([
    'N                300  trained numbers of the backbone',
    'M              2,000  weights of the backbone',
    'multiply-adds   300k  of one forward pass of one example',
    'Nothing is trained. `npx nx run pose:bench` tells how long a step takes.',
  ]);
});

test('settings that do not fit together are refused', () => {
  const checkConfig = (): void => {
    throw new ConfigError('rate', 'rate is 0.3.');
  };
  const call = (): string =>
    describeTraining({ ...spec, checkConfig }, { seed: 1, keepCheckpoints: 1, rate: 0.3, startFrom: null });
  expect(call).toThrow('rate is 0.3.');
});
