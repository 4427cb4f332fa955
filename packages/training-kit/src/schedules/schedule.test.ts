import { expect, test } from 'vitest';
import { cosineDecay, linearDecay, type Schedule, stepDecay, warmUp } from './schedule.js';

test.each<{ name: string; schedule: Schedule; points: [number, number][] }>([
  {
    name: 'steps',
    schedule: stepDecay(0.1, { milestones: [10, 20], gamma: 0.1 }),
    points: [[0, 0.1], [9, 0.1], [10, 0.01], [19, 0.01], [20, 0.001], [999, 0.001]], // prettier-ignore
  },
  {
    name: 'cosine',
    schedule: cosineDecay(0.2, { numSteps: 100, final: 0.1 }),
    points: [[0, 0.2], [50, 0.15], [100, 0.1], [200, 0.1]], // prettier-ignore
  },
  { name: 'linear', schedule: linearDecay(0.2, { numSteps: 4 }), points: [[0, 0.2], [1, 0.15], [4, 0], [9, 0]] }, // prettier-ignore
  {
    name: 'warm-up, then steps of its own',
    schedule: warmUp(stepDecay(0.1, { milestones: [3], gamma: 0.5 }), 4),
    points: [[0, 0.025], [3, 0.1], [4, 0.1], [6, 0.1], [7, 0.05]], // prettier-ignore
  },
  { name: 'no warm-up', schedule: warmUp(linearDecay(1, { numSteps: 2 }), 0), points: [[0, 1], [1, 0.5]] }, // prettier-ignore
])('$name', ({ schedule, points }) => {
  for (const [step, rate] of points) expect(schedule(step)).toBeCloseTo(rate, 12);
});

test('milestones have to rise', () => {
  expect(() => stepDecay(1, { milestones: [5, 5], gamma: 0.1 })).toThrow(
    'stepDecay: milestones are 5, 5, expected rising steps.',
  );
});

test.each([cosineDecay, linearDecay])('a decay over no steps is refused', (decay) => {
  expect(() => decay(1, { numSteps: 0 })).toThrow('numSteps is 0, expected a number above 0.');
});
