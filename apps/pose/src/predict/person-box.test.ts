import { ConfigError } from 'training-kit/errors';
import { expect, test } from 'vitest';
import { cropToImage } from '../data/views/crop.js';
import { checkPersonPlace, cropBoxIn, type PersonPlace } from './person-box.js';

const photo = { fullWidth: 100, fullHeight: 60 };
const nothing: PersonPlace = { center: null, heightPx: null, box: null };
const boxOf = (place: Partial<PersonPlace>) => cropBoxIn(photo, { ...nothing, ...place }, 'mpii');

test('of nothing: the square that the photograph fits in, pixel on pixel', () => {
  const box = boxOf({});
  expect(box).toEqual({ center: { x: 49.5, y: 29.5 }, sizePx: 100 });
  // A crop of 100 pixels begins at the photograph's first column, 20 rows above it.
  expect(cropToImage(box, 100)).toMatchObject({ xx: 1, yy: 1, x0: 0, y0: -20 });
});

test.each([
  { place: { box: [0, 0, 100, 60] }, center: [49.5, 29.5], sizePx: 100 },
  { place: { box: [10, 20, 30, 60] }, center: [19.5, 39.5], sizePx: 40 },
  { place: { box: [-10, -10, 5, 5] }, center: [-3, -3], sizePx: 15 },
  { place: { heightPx: 40 }, center: [49.5, 29.5], sizePx: 50 },
  { place: { heightPx: 40, center: [12, 50] }, center: [12, 50], sizePx: 50 },
])('$place: a square of $sizePx about $center', ({ place, center: [x, y], sizePx }) => {
  expect(boxOf(place)).toEqual({ center: { x, y }, sizePx });
});

test('a margin belongs to a height as the training has it', () => {
  const place = { ...nothing, heightPx: 40 };
  expect(cropBoxIn(photo, place, 'enlarged').sizePx).toBe(50);
  expect(cropBoxIn(photo, place, 'plain').sizePx).toBe(40);
});

const OUTSIDE = 'which is outside the photograph: upright it is 100 × 60 pixels, counted from its upper left corner.';
test.each([
  { key: 'box', place: { box: [100, 0, 120, 20] }, error: `box is 100,0,120,20, ${OUTSIDE}` },
  { key: 'box', place: { box: [0, -9, 20, 0] }, error: `box is 0,-9,20,0, ${OUTSIDE}` },
  { key: 'center', place: { center: [50, 60], heightPx: 9 }, error: `center is 50,60, ${OUTSIDE}` },
])('$place does not lie in the photograph', ({ key, place, error }) => {
  expect(() => boxOf(place)).toThrow(new ConfigError(key, error));
});

test.each([
  {
    key: 'box',
    place: { box: [1, 2, 3, 4], heightPx: 9 },
    error: 'The box already says where the person is: leave out --box, or both --center and --height-px.',
  },
  {
    key: 'heightPx',
    place: { center: [1, 2] },
    error: 'center is set, but not how large the person is. Give the height in pixels with --height-px, or a --box.',
  },
  {
    key: 'box',
    place: { box: [30, 2, 20, 40] },
    error:
      'box is 30,2,20,40, expected x1,y1,x2,y2 with x2 and y2 at least 1 above x1 and y1: left, top, right, bottom.',
  },
])('$place says too much, too little or nothing that can be', ({ key, place, error }) => {
  expect(() => {
    checkPersonPlace({ ...nothing, ...place });
  }).toThrow(new ConfigError(key, error));
});
