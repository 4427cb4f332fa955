// Whose pictures are shown, in which order, and what is said below them.
import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { sectionOf } from 'training-kit/report';
import { beforeAll, expect, test } from 'vitest';
import { outcomeOf } from '../../test/report-outcome.js';
import { pictures } from './report-pictures.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

test('the worst first, heat maps beside the truth; nobody whose head size is not known', async () => {
  const outcome = await outcomeOf();
  const sections = await pictures(outcome);
  const shown = (title: string) =>
    sectionOf(sections, 'images', title).images.map(({ caption, status }) => [caption, status]);
  const found = ['test-0: 100 % of the joints found', 'right'];
  const missed = ['test-1: 0 % of the joints found', 'wrong'];
  expect(shown('Predictions, evenly from the held-out people')).toEqual([found, missed]);
  expect(shown('The worst ones')).toEqual([missed, found]);
  expect(shown('Heat maps').map(([caption]) => caption)).toEqual([
    'test-0: heat maps, all joints',
    'test-0: as annotated',
    'test-1: heat maps, all joints',
    'test-1: as annotated',
  ]);
  for (const { pixels } of sectionOf(sections, 'images', 'Heat maps').images) {
    expect(pixels).toMatchObject({ width: 224, height: 224, channels: 3 });
  }
  outcome.source.dispose();
});
