import { expect, test } from 'vitest';
import { decodeHeatMaps, type Decoding, type HeatMaps } from './decode.js';

const identity = <T>(point: T): T => point;

/** One map of the given rows. */
function mapOf(rows: readonly (readonly number[])[]): HeatMaps {
  return { values: Float32Array.from(rows.flat()), height: rows.length, width: rows[0]!.length, numJoints: 1 };
}

const inTheMiddle = mapOf([
  [0, 0, 0, 0, 0],
  [0, 0, 2, 0, 0],
  [0, 1, 9, 3, 0],
  [0, 0, 2, 0, 0],
  [0, 0, 0, 0, 0],
]);
const nearTheEdge = mapOf([
  [0, 0, 0, 0, 0],
  [0, 9, 3, 0, 0],
  [0, 2, 0, 0, 0],
  [0, 0, 0, 0, 0],
  [0, 0, 0, 0, 0],
]);
const onTheEdge = mapOf([
  [0, 0, 5, 9, 2],
  [0, 0, 0, 3, 0],
  [0, 0, 0, 0, 0],
]);

// Worked by hand: a quarter towards the larger neighbour, then what each code does of its own.
test.each<{ decoding: Decoding; middle: number[]; near: number[]; on: number[] }>([
  { decoding: 'centred', middle: [2.25, 2], near: [1.25, 1.25], on: [3, 0] },
  // half a pixel more; image coordinates are cut: 10·2.75 = 27.5 -> 27
  { decoding: 'pytorch-pose', middle: [2.7, 2.5], near: [1.7, 1.7], on: [3.5, 0.5] },
  // the pixel beside the edge stays as well
  { decoding: 'hrnet', middle: [2.25, 2], near: [1, 1], on: [3, 0] },
  // −¼ between equal neighbours; beyond the edge the peak is its own neighbour, so that it moves away from the larger one
  { decoding: 'princeton', middle: [2.7, 2.2], near: [1.7, 1.7], on: [3.2, 0.2] },
])('$decoding', ({ decoding, middle, near, on }) => {
  const decode = (maps: HeatMaps): number[] => {
    const [joint] = decodeHeatMaps(maps, { decoding, toImage: ({ x, y }) => ({ x: 10 * x, y: 10 * y }) });
    return [joint!.x / 10, joint!.y / 10];
  };
  expect([decode(inTheMiddle), decode(nearTheEdge), decode(onTheEdge)]).toEqual([middle, near, on]);
});

test('coordinates below 0 are cut towards 0', () => {
  const toImage = (): { x: number; y: number } => ({ x: -1.5, y: -0.5 });
  const [joint] = decodeHeatMaps(inTheMiddle, { decoding: 'pytorch-pose', toImage });
  expect([joint!.x, joint!.y]).toEqual([-1, -0]);
});

test('joints lie in the last dimension; each has its own peak and its height as score', () => {
  const values = new Float32Array(2 * 3 * 2);
  values[(0 * 3 + 2) * 2 + 0] = 0.5; // joint 0 at x 2, y 0
  values[(1 * 3 + 0) * 2 + 1] = 0.75; // joint 1 at x 0, y 1
  expect(decodeHeatMaps({ values, height: 2, width: 3, numJoints: 2 }, { toImage: identity })).toEqual([
    { x: 2, y: 0, score: 0.5 },
    { x: 0, y: 1, score: 0.75 },
  ]);
});

test('of equal peaks the first counts; a flat map says the corner', () => {
  const twice = mapOf([
    [0, 0, 7, 0],
    [7, 0, 0, 0],
  ]);
  expect(decodeHeatMaps(twice, { toImage: identity })).toEqual([{ x: 2, y: 0, score: 7 }]);
  expect(decodeHeatMaps(mapOf([[0, 0, 0]]), { toImage: identity })).toEqual([{ x: 0, y: 0, score: 0 }]);
});

test('maps that do not fit or are no numbers are refused', () => {
  expect(() => decodeHeatMaps({ ...inTheMiddle, width: 4 }, { toImage: identity })).toThrow(
    'Heat maps have 25 values, expected 5 × 4 × 1 = 20.',
  );
  expect(() => decodeHeatMaps(mapOf([[0, NaN]]), { toImage: identity })).toThrow(
    'The heat map of joint 0 holds NaN; the network has diverged.',
  );
});
