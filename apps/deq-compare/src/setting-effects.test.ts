import { checkEffects } from 'training-kit';
import { expect, test } from 'vitest';
import { comparisonSchema } from './comparison/config.js';
import { configSchema } from './config.js';
import { comparisonEffects, effects } from './setting-effects.js';

const refusal = (settings: Readonly<Record<string, unknown>>): string | undefined => {
  try {
    checkEffects(Object.keys(settings), configSchema.parse(settings), effects);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
};

test.each([
  {
    settings: { network: 'rpg', solver: 'anderson', tolerance: 0.5, onUnsolved: 'stop' },
    error: ['solver', 'tolerance', 'on-unsolved']
      .map((flag) => `--${flag} has no effect: network is rpg, which looks for no fixed point. Leave it out.`)
      .join('\n'),
  },
  {
    settings: { network: 'mdeq', weights: 'shared' },
    error: '--weights has no effect: network is mdeq, which has one block with weights of its own. Leave it out.',
  },
  {
    settings: { differentiation: 'unrolled', phantomSteps: 3 },
    error: '--phantom-steps has no effect: differentiation is unrolled, which has no phantom steps. Leave it out.',
  },
  {
    settings: { differentiation: 'phantom', backwardSteps: 3 },
    error:
      '--backward-steps has no effect: differentiation is phantom, which searches nothing in the backward pass. ' +
      'Leave it out.',
  },
  {
    settings: { numUnrolled: 3 },
    error:
      '--num-unrolled has no effect: differentiation is implicit and pretrainSteps is 0, so nothing is unrolled. ' +
      'Leave it out.',
  },
  {
    settings: { network: 'rpg', weights: 'shared', reflect: false },
    error: '--no-reflect has no effect: weights are shared, so there is no ring. Leave it out.',
  },
])('$settings is refused', ({ settings, error }) => {
  expect(refusal(settings)).toBe(error);
});

test.each([
  { network: 'rpg', weights: 'ring', ringSize: 0.5, numBlocks: 3 },
  { differentiation: 'unrolled', numUnrolled: 3, solver: 'anderson', forwardSteps: 30 }, // evaluation searches
  { differentiation: 'phantom', phantomSteps: 3 },
  { pretrainSteps: 10, numUnrolled: 3 },
])('%o is taken', (settings) => {
  expect(refusal(settings)).toBeUndefined();
});

test('a comparison reads what one of its members reads', () => {
  const check = (members: readonly string[], key: string, value: unknown) => {
    checkEffects([key], comparisonSchema.parse({ members, [key]: value }), comparisonEffects);
  };
  expect(() => {
    check(['mdeq', 'rpg2'], 'solver', 'anderson');
    check(['mdeq', 'rpg2'], 'reflect', false);
    check(['shared2', 'rpg2'], 'reflect', false);
  }).not.toThrow();
  expect(() => {
    check(['rpg2', 'shared2'], 'solver', 'anderson');
  }).toThrow('--solver has no effect: network is rpg, which looks for no fixed point. Leave it out.');
  expect(() => {
    check(['mdeq', 'shared2'], 'reflect', false);
  }).toThrow('--no-reflect has no effect: network is mdeq, which has one block with weights of its own. Leave it out.');
  expect(() => {
    check(['mdeq'], 'blocksLearningRate', 0.1);
  }).toThrow('--blocks-learning-rate has no effect: no member has repeated blocks. Leave it out.');
});
