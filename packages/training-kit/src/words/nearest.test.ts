import { expect, test } from 'vitest';
import { didYouMean } from './nearest.js';

const names = ['learningRate', 'ringSize', 'numSteps', 'run'];

test.each([
  { name: 'lerningRate', text: ' Did you mean learningRate?' },
  { name: 'RINGSIZE', text: ' Did you mean ringSize?' },
  { name: 'steps', text: '' }, // three letters away from a name of eight: too far
  { name: 'numStep', text: ' Did you mean numSteps?' },
  { name: 'rnu', text: '' },
  { name: 'ru', text: ' Did you mean run?' },
  { name: 'x', text: '' },
  { name: '', text: '' },
])('for "$name" suggests "$text"', ({ name, text }) => {
  expect(didYouMean(name, names)).toBe(text);
});

test('without candidates suggests nothing', () => {
  expect(didYouMean('run', [])).toBe('');
});
