import { expect, test } from 'vitest';
import { allNormalAxes, parseNormalAxes } from './normal-axes.js';

test('each word is where an axis comes from, and its sign', () => {
  expect(parseNormalAxes('right-down-forward')).toMatchObject({ channels: [0, 1, 2], signs: [1, 1, 1] });
  expect(parseNormalAxes('right-up-backward')).toMatchObject({ channels: [0, 1, 2], signs: [1, -1, -1] });
  expect(parseNormalAxes('forward-down-left')).toMatchObject({ channels: [2, 1, 0], signs: [-1, 1, 1] });
});

test.each(['', 'right', 'right-down', 'right-left-up', 'right-down-in', 'Right-down-forward', 'right-down-forward-up'])(
  '"%s" names no axes',
  (name) => {
    expect(parseNormalAxes(name)).toBeUndefined();
  },
);

test('48 of them, each once', () => {
  expect(new Set(allNormalAxes.map(({ name }) => name)).size).toBe(48);
  expect(new Set(allNormalAxes.map(({ channels, signs }) => [channels, signs].join())).size).toBe(48);
});
