import { expect, test } from 'vitest';
import { scheduleOf, type ScheduleSettings } from './epoch-schedule.js';

const usual: ScheduleSettings = {
  learningRate: 1,
  schedule: 'cosine',
  numEpochs: 1,
  warmUpEpochs: 1,
  milestones: [],
  gamma: 0.1,
};
const rates = (settings: Partial<ScheduleSettings>, steps: number[]): number[] =>
  steps.map((step) => Number(scheduleOf({ ...usual, ...settings }, 10)(step).toFixed(6)));

test('milestones count epochs of the whole run, warm-up included', () => {
  const settings: Partial<ScheduleSettings> = { schedule: 'steps', milestones: [2, 3], numEpochs: 4, warmUpEpochs: 1 };
  expect(rates(settings, [0, 4, 9, 10, 19, 20, 29, 30, 39])).toEqual([0.1, 0.5, 1, 1, 1, 0.1, 0.1, 0.01, 0.01]);
});

test('milestones that are passed during the warm-up count from its end on', () => {
  const settings: Partial<ScheduleSettings> = { schedule: 'steps', milestones: [1, 2], numEpochs: 3, warmUpEpochs: 1 };
  expect(rates(settings, [0, 9, 10, 19, 20, 29])).toEqual([0.1, 1, 0.1, 0.1, 0.01, 0.01]);
  expect(rates({ ...settings, warmUpEpochs: 2 }, [0, 19, 20, 29])).toEqual([0.05, 1, 0.01, 0.01]);
  expect(rates({ ...settings, warmUpEpochs: 0 }, [0, 9, 10, 20])).toEqual([1, 1, 0.1, 0.01]);
});

test('cosine and linear end at zero with the run', () => {
  expect(rates({ schedule: 'cosine', numEpochs: 3, warmUpEpochs: 1 }, [10, 20, 30])).toEqual([1, 0.5, 0]);
  expect(rates({ schedule: 'linear', numEpochs: 2, warmUpEpochs: 0 }, [0, 10, 20])).toEqual([1, 0.5, 0]);
});

test('a run that is all warm-up rises to the full rate', () => {
  for (const schedule of ['cosine', 'linear', 'steps'] as const) {
    expect(rates({ schedule, numEpochs: 1, warmUpEpochs: 5 }, [0, 4, 9])).toEqual([0.1, 0.5, 1]);
  }
});
