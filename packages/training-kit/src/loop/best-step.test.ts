import { expect, test } from 'vitest';
import { bestIn, bestMetadata, describeStep } from './best-step.js';

test('what a checkpoint keeps of the best step comes back, also from older ones', () => {
  const best = { score: 0.5, scoreName: 'val accuracy', step: 40 };
  expect(bestIn(bestMetadata(best))).toEqual(best);
  expect(bestIn(bestMetadata(undefined))).toBeUndefined();
  expect(bestIn(undefined)).toBeUndefined();
  expect(bestIn({ bestScore: 0.25 })).toEqual({ score: 0.25, scoreName: undefined, step: undefined });
});

test.each([
  [
    { bestScore: 0.5, bestScoreName: 'val accuracy', bestStep: 40 },
    'Step 40, the best by val accuracy 0.5000; of equal ones the latest.',
  ],
  [
    { bestScore: 0.5, bestScoreName: 'val accuracy', bestStep: 20 },
    'Step 40; the best so far was step 20, by val accuracy 0.5000.',
  ],
  [{ bestScore: null, bestScoreName: null, bestStep: 40 }, 'Step 40, the last one; nothing was held out to judge by.'],
  [{ bestScore: 0.5 }, 'Step 40.'],
])('%o is told as %s', (metadata, text) => {
  expect(describeStep({ step: 40, metadata })).toBe(text);
});
