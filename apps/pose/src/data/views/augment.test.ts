import { createRng } from 'rpg-core';
import { expect, test } from 'vitest';
import { type Augmentation, augmentations, checkAugmentation, drawView } from './augment.js';

const draw = (augmentation: Augmentation, count = 4000) => {
  const rng = createRng('views');
  return Array.from({ length: count }, (_, i) => drawView(augmentation, rng.fork(i)));
};
const degrees = (radians: number) => (radians * 180) / Math.PI;

test('none is the plain view', () => {
  expect(draw(augmentations.none, 1)[0]).toEqual({
    zoomOut: 1,
    rotationRadians: 0,
    isFlipped: false,
    colorFactors: [1, 1, 1],
  });
});

test.each([
  { name: 'hourglass', zoom: [2 ** -0.5, 2 ** 0.5], angle: 60, upright: 0.6, color: 0.4 },
  { name: 'princeton', zoom: [0.75, 1.25], angle: 30, upright: 0, color: 0.2 },
  { name: 'pytorch-pose', zoom: [0.75, 1.25], angle: 60, upright: 0.4, color: 0.2 },
] as const)('$name keeps to its ranges and reaches them', ({ name, zoom, angle, upright, color }) => {
  const views = draw(augmentations[name]);
  const zooms = views.map(({ zoomOut }) => zoomOut);
  expect(Math.min(...zooms)).toBeCloseTo(zoom[0], 2);
  expect(Math.max(...zooms)).toBeCloseTo(zoom[1], 2);
  const angles = views.map(({ rotationRadians }) => degrees(rotationRadians));
  expect(Math.max(...angles)).toBeLessThanOrEqual(angle + 1e-9);
  expect(Math.min(...angles)).toBeLessThan(-0.99 * angle);
  expect(angles.filter((value) => value === 0).length / views.length).toBeCloseTo(upright, 1);
  expect(views.filter(({ isFlipped }) => isFlipped).length / views.length).toBeCloseTo(0.5, 1);
  const factors = views.flatMap(({ colorFactors }) => colorFactors);
  expect(Math.min(...factors)).toBeGreaterThanOrEqual(1 - color);
  expect(Math.max(...factors)).toBeGreaterThan(1 + 0.98 * color);
});

test.each([
  { change: { colorJitter: 1.5 }, said: 'augmentation.colorJitter is 1.5, expected a number from 0 to 1.' },
  {
    change: { rotation: { kind: 'uniform', limit: 270 } },
    said: 'augmentation.rotation.limit is 270, expected a number from 0 to 180.',
  },
  {
    change: { scale: { kind: 'uniform', limit: 1 } },
    said: 'augmentation.scale.limit is 1, expected a number from 0 to 0.9.',
  },
] as const)('$said', ({ change, said }) => {
  expect(() => {
    checkAugmentation({ ...augmentations.none, ...change });
  }).toThrow(new RangeError(said));
});
