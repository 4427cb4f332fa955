import { createRng } from 'rpg-core/rng';
import { expect, test } from 'vitest';
import { type Augmentation, augmentations, checkAugmentation, drawView } from './augment.js';
import { plainView } from './view.js';

const drawMany = (augmentation: Augmentation) =>
  Array.from({ length: 2000 }, (_, i) => drawView(augmentation, createRng('views').fork(i)));

test('none is the plain view', () => {
  for (const view of drawMany(augmentations.none).slice(0, 20)) {
    expect({ ...view, rotationRadians: Math.abs(view.rotationRadians) }).toEqual(plainView);
  }
});

test.each(['sharpnet', 'inside'] as const)('%s fills its ranges', (name) => {
  const { zoom, rotation, gamma } = augmentations[name];
  const views = drawMany(augmentations[name]);
  const ranges = [
    { of: views.map((view) => view.zoom), min: zoom.min, max: zoom.max },
    { of: views.map((view) => (view.rotationRadians * 180) / Math.PI), min: -rotation, max: rotation },
    { of: views.map((view) => view.gamma), min: gamma.min, max: gamma.max },
    { of: views.map((view) => view.shiftX), min: -1, max: 1 },
    { of: views.map((view) => view.shiftY), min: -1, max: 1 },
  ];
  for (const { of, min, max } of ranges) {
    expect(Math.min(...of)).toBeGreaterThanOrEqual(min - 1e-12);
    expect(Math.max(...of)).toBeLessThanOrEqual(max + 1e-12);
    expect(Math.max(...of) - Math.min(...of)).toBeGreaterThan(0.98 * (max - min));
  }
  const numFlipped = views.filter(({ isFlipped }) => isFlipped).length;
  expect(Math.abs(numFlipped - 1000)).toBeLessThan(100);
});

test('switching one kind off leaves the others as they are', () => {
  const whole = drawMany(augmentations.sharpnet);
  const unflipped = drawMany({ ...augmentations.sharpnet, flip: false });
  expect(unflipped).toEqual(whole.map((view) => ({ ...view, isFlipped: false })));
});

test.each([
  {
    change: { zoom: { min: 0, max: 1 } },
    said: 'augmentation.zoom is from 0 to 1, expected numbers from 0.1 to 10, the smaller one first.',
  },
  {
    change: { gamma: { min: 1.2, max: 0.8 } },
    said: 'augmentation.gamma is from 1.2 to 0.8, expected numbers from 0.1 to 10, the smaller one first.',
  },
  {
    change: { rotation: Number.NaN },
    said: 'augmentation.rotation is NaN, expected degrees from 0 to 180.',
  },
])('$said', ({ change, said }) => {
  expect(() => {
    checkAugmentation({ ...augmentations.none, ...change });
  }).toThrow(new RangeError(said));
});
