import type { Pixels } from 'training-kit/report';
import { expect, test } from 'vitest';
import { jointIds } from '../data/joints.js';
import { drawSkeleton, overlayHeatMap, strongestOf } from './drawing.js';
import { drawStroke } from './strokes.js';

/** An image of one colour. */
function plain(width: number, height: number, value: number, channels: 3 | 4 = 3): Pixels {
  return { data: new Uint8Array(width * height * channels).fill(value), width, height, channels };
}

function pixelAt({ data, width, channels }: Pixels, x: number, y: number): number[] {
  return [...data.slice((y * width + x) * channels, (y * width + x + 1) * channels)];
}

const reds = (image: Pixels): number[] => Array.from({ length: image.height }, (_, y) => pixelAt(image, 3, y)[0]!);

test('a stroke covers its width, and its edge pixels in part', () => {
  const image = plain(7, 7, 0);
  drawStroke(image, { x: -5, y: 3 }, { x: 20, y: 3 }, { colour: [200, 0, 0], widthPx: 2 });
  // rows at distances 0, 1 and 2 from a line of radius 1
  expect(reds(image)).toEqual([0, 0, 100, 200, 100, 0, 0]);
});

test('a stroke of no length is a dot; opacity mixes; alpha stays', () => {
  const image = plain(7, 7, 100, 4);
  drawStroke(image, { x: 3, y: 3 }, { x: 3, y: 3 }, { colour: [200, 0, 100], widthPx: 2, opacity: 0.5 });
  expect(pixelAt(image, 3, 3)).toEqual([150, 50, 100, 100]);
  expect(reds(image)).toEqual([100, 100, 125, 150, 125, 100, 100]);
});

test('strokes outside the image or without a place draw nothing', () => {
  const image = plain(3, 3, 9);
  drawStroke(image, { x: 50, y: 50 }, { x: 60, y: 50 }, { colour: [200, 0, 0], widthPx: 2 });
  drawStroke(image, { x: NaN, y: 1 }, { x: 1, y: 1 }, { colour: [200, 0, 0], widthPx: 2 });
  expect(image).toEqual(plain(3, 3, 9));
});

test('a skeleton: left blue, right orange, missing joints without bones', () => {
  const image = plain(80, 80, 0);
  const joints = Array.from({ length: 16 }, (_, id): { x: number; y: number } | undefined => {
    if (id === jointIds['left knee']) return { x: 60, y: 20 };
    if (id === jointIds['left ankle']) return { x: 60, y: 60 };
    if (id === jointIds['right knee']) return { x: 20, y: 20 };
    if (id === jointIds['right ankle']) return { x: 20, y: 60 };
    return undefined;
  });
  const drawn = drawSkeleton(image, joints);
  expect(image).toEqual(plain(80, 80, 0));
  expect(pixelAt(drawn, 60, 40)).toEqual([86, 180, 233]);
  expect(pixelAt(drawn, 20, 40)).toEqual([230, 159, 0]);
  expect(pixelAt(drawn, 40, 40)).toEqual([0, 0, 0]);
  expect(pixelAt(drawSkeleton(image, joints, { colour: [255, 255, 255] }), 60, 40)).toEqual([255, 255, 255]);
});

test('a heat map over an image: dark where it is low, bright where it is high', () => {
  const image = plain(4, 2, 0);
  const drawn = overlayHeatMap(image, { values: [0, 1], height: 1, width: 2 });
  expect(pixelAt(drawn, 0, 0)).toEqual([68, 1, 84].map((value) => Math.round(0.35 * value)));
  expect(pixelAt(drawn, 3, 1)).toEqual([253, 231, 37].map((value) => Math.round(0.85 * value)));
  // between the middles of the map's pixels, at a quarter
  expect(pixelAt(drawn, 1, 0)[0]).toBeLessThan(pixelAt(drawn, 2, 0)[1]!);
  const flat = (value: number): Pixels => overlayHeatMap(image, { values: [value], height: 1, width: 1 });
  expect([flat(-3), flat(7)]).toEqual([flat(0), flat(1)]);
  expect(image).toEqual(plain(4, 2, 0));
});

test('the strongest of all joints, pixel by pixel', () => {
  const values = Float32Array.from([1, 5, 2, -3, -1, -2]);
  expect(strongestOf(values, { height: 3, width: 1 })).toEqual({
    values: Float32Array.from([5, 2, -1]),
    height: 3,
    width: 1,
  });
});
