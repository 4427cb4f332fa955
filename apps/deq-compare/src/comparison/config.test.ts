import { ConfigError } from 'training-kit/errors';
import { expect, test } from 'vitest';
import { comparisons } from '../presets/comparisons.js';
import { checkComparison, comparisonSchema, type ComparisonSettings, memberConfig } from './config.js';

test.each([
  { name: 'mdeq', expected: { network: 'mdeq' } },
  { name: 'rpg3', expected: { network: 'rpg', weights: 'ring', numBlocks: 3, ringSize: null } },
  { name: 'shared2', expected: { network: 'rpg', weights: 'shared', numBlocks: 2 } },
  { name: 'independent12', expected: { network: 'rpg', weights: 'independent', numBlocks: 12 } },
])('member $name', ({ name, expected }) => {
  const config = memberConfig(comparisonSchema.parse({ batchSize: 7, seed: 5 }), name);
  expect(config).toMatchObject({ ...expected, batchSize: 7, seed: 5 });
  expect(config).not.toHaveProperty('members');
});

test('repeated blocks may have a learning rate of their own', () => {
  const config = comparisonSchema.parse({ learningRate: 0.001, blocksLearningRate: 0.003 });
  expect(memberConfig(config, 'mdeq').learningRate).toBe(0.001);
  expect(memberConfig(config, 'rpg2').learningRate).toBe(0.003);
});

test.each<{ settings: ComparisonSettings; key: string; said: string }>([
  {
    settings: { members: ['mdeq', 'rpg0'] },
    key: 'members',
    said: 'Unknown member "rpg0", expected mdeq, or rpg, shared or independent with a number of blocks, such as rpg3.',
  },
  { settings: { members: [] }, key: 'members', said: 'members is empty: there is nothing to compare.' },
  {
    settings: { members: ['rpg2', 'mdeq', 'rpg2'] },
    key: 'members',
    said: 'members names rpg2 twice; name each once.',
  },
  {
    settings: { timedBatchSizes: [] },
    key: 'timedBatchSizes',
    said: 'timedBatchSizes is empty, expected at least one batch size, such as 1.',
  },
  {
    settings: { channels: [7], headChannels: [2] },
    key: 'channels',
    said: 'channels is [7], expected one or more positive multiples of 8.',
  },
])('$key: $said', ({ settings, key, said }) => {
  const config = comparisonSchema.parse(settings);
  let error: unknown;
  try {
    checkComparison(config);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(ConfigError);
  expect(error).toMatchObject({ key, message: said });
});

test.each(Object.entries(comparisons))('preset %s can be run', (_, { config }) => {
  const folder = config.dataset === 'rendered' ? {} : { data: 'DIR' };
  expect(() => {
    checkComparison(comparisonSchema.parse({ ...config, ...folder }));
  }).not.toThrow();
});
