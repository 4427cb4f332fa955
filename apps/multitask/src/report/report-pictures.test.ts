// Which frames are shown, in which order, and what is said below them.
import '@tensorflow/tfjs';
import { loadBackend } from 'tensorflow-runtime';
import { sectionOf } from 'training-kit/report';
import { beforeAll, expect, test } from 'vitest';
import { outcomeOf } from '../../test/report-outcome.js';
import { pictures } from './report-pictures.js';

beforeAll(async () => {
  await loadBackend({});
});

test('image and truth over prediction and error, the worst first', async () => {
  const outcome = await outcomeOf({ weights: 'ring' });
  const sections = await pictures(outcome);
  const usual = sectionOf(sections, 'images', 'Depth, evenly from test');
  expect(usual.images.map(({ caption }) => caption.replace(/:.*/, ''))).toEqual(['frame 0', 'frame 1', 'frame 2']);
  for (const { pixels, caption } of usual.images) {
    expect(pixels).toMatchObject({ width: 2 * 128 + 4, height: 2 * 128 + 4, channels: 3 });
    expect(caption).toMatch(/^frame \d: RMSE \d\.\d\d m; dark \d\.\d\d m, yellow \d+\.\d\d m$/);
  }
  const worst = sectionOf(sections, 'images', 'Normals, the worst');
  const angles = worst.images.map(({ caption }) => Number(/mean angle ([\d.]+)°/.exec(caption)![1]));
  expect(angles).toEqual(angles.toSorted((a, b) => b - a));
  expect(worst.note).toMatch(/^Largest mean angle among all of test’s frames\./);
  outcome.source.dispose();
});
