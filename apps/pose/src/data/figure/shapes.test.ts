// Distances and places on shapes, worked by hand; and nothing of a shape lies outside its bounds.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ellipse, limb, newSpot, roundedPolygon, type Shape } from './shapes.js';

const square = [
  { x: 0, y: 0 },
  { x: 10, y: 0 },
  { x: 10, y: 10 },
  { x: 0, y: 10 },
];
const shapes = {
  limb: limb({ x: 0, y: 0 }, { x: 10, y: 0 }, 2, 4),
  ellipse: ellipse({ x: 10, y: 10 }, { x: 0, y: -1 }, 4, 2),
  polygon: roundedPolygon(square, 2, [
    { x: 5, y: 10 },
    { x: 5, y: 0 },
  ]),
  'upright limb': limb({ x: 0, y: 0 }, { x: 0, y: 10 }, 2, 4),
  'slanted ellipse': ellipse({ x: 10, y: 10 }, { x: 0.6, y: -0.8 }, 4, 2),
  diamond: roundedPolygon(
    [
      { x: 0, y: 5 },
      { x: 5, y: 0 },
      { x: 10, y: 5 },
      { x: 5, y: 10 },
    ],
    2,
    [
      { x: 0, y: 10 },
      { x: 10, y: 0 },
    ],
  ),
};

function located(shape: Shape, x: number, y: number): readonly number[] {
  const spot = newSpot();
  shape.locate(x, y, spot);
  const { distance, along, across, normalX, normalY } = spot;
  return [distance, along, across, normalX, normalY].map((value) => Number(value.toFixed(6)) + 0);
}

test.each([
  // In its middle a limb of radii 2 and 4 is 3 thick.
  { name: 'limb' as const, at: [5, 0], spot: [-3, 0.5, 0, 0, 0] },
  { name: 'limb' as const, at: [5, 3], spot: [0, 0.5, 1, 0, 1] },
  { name: 'limb' as const, at: [5, -6], spot: [3, 0.5, -2, 0, -2] },
  { name: 'limb' as const, at: [-3, 0], spot: [1, 0, 0, 0, 0] },
  { name: 'limb' as const, at: [13, 4], spot: [1, 1, 1, 0, 1] },
  // Its long axis points up; y grows downwards.
  { name: 'ellipse' as const, at: [10, 10], spot: [-2, 0, 0, 0, 0] },
  { name: 'ellipse' as const, at: [10, 6], spot: [0, 1, 0, 0, -1] },
  { name: 'ellipse' as const, at: [12, 10], spot: [0, 0, 1, 0.5, 0] },
  { name: 'ellipse' as const, at: [10, 18], spot: [2, -2, 0, 0, 2] },
  { name: 'polygon' as const, at: [5, 5], spot: [-7, 0.5, 0, 0, 0] },
  { name: 'polygon' as const, at: [2, 5], spot: [-4, 0.5, -0.3, 0, 0] },
  { name: 'polygon' as const, at: [5, 10], spot: [-2, 0, 0, 0, 0] },
  { name: 'polygon' as const, at: [12, 5], spot: [0, 0.5, 0.7, 1, 0] },
  { name: 'polygon' as const, at: [13, 14], spot: [3, -0.4, 0.8, 1.5, 2] },
  // Other directions: limbs upright, the rest slanted.
  { name: 'upright limb' as const, at: [-3, 5], spot: [0, 0.5, 1, -1, 0] },
  { name: 'slanted ellipse' as const, at: [12.4, 6.8], spot: [0, 1, 0, 0.6, -0.8] },
  { name: 'diamond' as const, at: [5, 8], spot: [-2 - Math.SQRT2, 0.35, 0.15, 0, 0] },
  { name: 'diamond' as const, at: [2, 1], spot: [Math.SQRT2 - 2, 0.55, -0.35, -0.5, -0.5] },
])('$name at $at', ({ name, at: [x, y], spot }) => {
  expect(located(shapes[name], x!, y!)).toEqual(spot.map((value) => Number(value.toFixed(6))));
});

test('bounds of each, worked by hand', () => {
  expect(shapes.limb.bounds).toEqual({ left: -4, top: -4, right: 14, bottom: 4 });
  expect(shapes.ellipse.bounds).toEqual({ left: 6, top: 6, right: 14, bottom: 14 });
  expect(shapes.polygon.bounds).toEqual({ left: -2, top: -2, right: 12, bottom: 12 });
});

test('no inner point lies beyond the bounds', () => {
  const place = fc.integer({ min: -160, max: 160 }).map((quarters) => quarters / 4);
  const point = fc.record({ x: place, y: place });
  const radius = fc.double({ min: 0.5, max: 6, noNaN: true });
  const anyShape = fc.oneof(
    fc.tuple(point, point, radius, radius).map((of) => limb(...of)),
    fc.tuple(point, radius, radius).map(([center, a, b]) => ellipse(center, { x: 0.6, y: 0.8 }, a, b)),
    fc.tuple(point, radius).map(([{ x, y }, r]) =>
      roundedPolygon(
        square.map((corner) => ({ x: corner.x + x, y: corner.y + y })),
        r,
        [
          { x: 0, y: 0 },
          { x: 1, y: 0 },
        ],
      ),
    ),
  );
  fc.assert(
    fc.property(anyShape, place, place, (shape, x, y) => {
      const { left, top, right, bottom } = shape.bounds;
      const isWithin = x >= left && x <= right && y >= top && y <= bottom;
      return isWithin || located(shape, x, y)[0]! >= 0;
    }),
    { numRuns: 500 },
  );
});
