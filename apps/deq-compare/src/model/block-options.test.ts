import { expect, test } from 'vitest';
import { type BackboneOptions, backboneSizes, checkBackbone } from './block-options.js';

test.each(Object.entries(backboneSizes))('the published size %s is one', (_, size) => {
  expect(() => {
    checkBackbone(size);
  }).not.toThrow();
});

const A_CHANNEL = 'expected one or more positive multiples of 8.';
const refused: [Partial<BackboneOptions>, string][] = [
  [{ channels: [] }, `channels is [], ${A_CHANNEL}`],
  [{ channels: [8, 12] }, `channels is [8, 12], ${A_CHANNEL}`],
  [{ channels: [0, 8] }, `channels is [0, 8], ${A_CHANNEL}`],
  [{ headChannels: [2] }, 'headChannels has 1 entries, expected one a branch: 2, as channels has.'],
  [{ headChannels: [2, 0] }, 'headChannels and finalChannels are 2, 0, 5, expected integers of 1 or more.'],
  [{ finalChannels: 1.5 }, 'headChannels and finalChannels are 2, 3, 1.5, expected integers of 1 or more.'],
  [{ dropoutRate: 1 }, 'dropoutRate is 1, expected a number of 0 or more and below 1.'],
  [{ dropoutRate: NaN }, 'dropoutRate is NaN, expected a number of 0 or more and below 1.'],
];

test.each(refused)('%j is refused', (change, message) => {
  const right = { channels: [8, 8], headChannels: [2, 3], finalChannels: 5, dropoutRate: 0.25 };
  expect(() => {
    checkBackbone({ ...right, ...change });
  }).toThrow(new RangeError(message));
});
