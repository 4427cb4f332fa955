import { expect, test } from 'vitest';
import { configSchema } from '../config.js';
import { forwardCost } from './network.js';

test('where its weights come from changes nothing: a sub-network that is declared once counts as often as it runs', () => {
  const [ring, shared, single] = [
    { weights: 'ring', numStacks: 3 },
    { weights: 'shared-with-norms', numStacks: 3 },
    { weights: 'ring', numStacks: 1 },
  ].map((settings) => forwardCost(configSchema.parse({ inputSize: 64, ...settings })).multiplyAdds);
  expect(shared).toBe(ring);
  expect(ring! / single!).toBeGreaterThan(3);
});
