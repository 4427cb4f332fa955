import { expect, test } from 'vitest';
import { configSchema } from '../config.js';
import { forwardCost } from './network.js';

test('an equilibrium model costs an evaluation of its block for each step of the search, repeated blocks one for each', () => {
  const costOf = (settings: object) => forwardCost(configSchema.parse({ dataset: 'cifar10', ...settings }));
  const { multiplyAdds, search } = costOf({ network: 'mdeq', forwardSteps: 18 });
  expect(search!.maxEvaluations).toBe(18);
  expect(costOf({ network: 'mdeq', forwardSteps: 5 }).search).toEqual({ ...search, maxEvaluations: 5 });
  for (const numBlocks of [1, 2, 4]) {
    expect(costOf({ network: 'rpg', numBlocks })).toEqual({
      multiplyAdds: multiplyAdds + numBlocks * search!.multiplyAdds,
    });
  }
});

test('worked by hand: a block of one scale', () => {
  const config = configSchema.parse({ channels: [8], headChannels: [2], finalChannels: 8, numHalvings: 1 });
  const block = 3 * 3 * 8 * 40 + 3 * 3 * 40 * 8 + 8 * 8; // twice 3×3, five times as wide between; then 1×1
  expect(forwardCost(config).search!.multiplyAdds).toBe(16 * 16 * block);
});
