import { expect, test } from 'vitest';
import { describePreparation, normalizeImage, parsePreparation, prepareImage } from './prepare-image.js';

test('the shorter side resized, the centre kept: by hand', () => {
  // 4 × 2, red 0 40 80 120 in both rows; resized to 2 × 1 each pixel is a weighted mean over four columns.
  const row = [0, 40, 80, 120];
  const pixels = Uint8Array.from([...row, ...row].flatMap((red) => [red, 10, 255 - red]));
  const image = { pixels, width: 4, height: 2 };
  // Nothing to resize: columns 1 and 2 of the four.
  expect([...prepareImage(image, { shorterSide: 2, size: 2 })]).toEqual(
    [40, 80, 40, 80].flatMap((red) => [red, 10, 255 - red]),
  );
  // Half the size: the first of two columns has weights 3, 3, 1 (of 7) of 0, 40, 80; one column is kept, rounded up.
  const [red, green, blue] = prepareImage(image, { shorterSide: 1, size: 1 });
  expect(red).toBeCloseTo((3 * 120 + 3 * 80 + 40) / 7, 4);
  expect(green).toBeCloseTo(10, 4);
  expect(blue).toBeCloseTo(255 - red!, 3);
});

test('normalised by channel', () => {
  const scale = { mean: [0.5, 0.2, 0], std: [0.5, 0.1, 1] };
  const normalized = normalizeImage(Float32Array.of(255, 51, 0, 0, 0, 255), scale);
  [1, 0, 0, -1, -2, 1].forEach((value, i) => {
    expect(normalized[i]).toBeCloseTo(value, 6);
  });
});

test('a manifest says it; an older one does not; nonsense is refused', () => {
  const preparation = { shorterSide: 256, size: 224 };
  expect(parsePreparation(describePreparation(preparation))).toEqual(preparation);
  expect(parsePreparation(undefined)).toBeUndefined();
  for (const text of [
    '{}',
    '{"shorterSide":0,"size":0}',
    '{"shorterSide":8,"size":9}',
    '{"shorterSide":"8","size":8}',
  ]) {
    expect(() => parsePreparation(text)).toThrow(
      new TypeError(`The manifest's preparation is ${text}, expected {"shorterSide": 256, "size": 224} or the like.`),
    );
  }
});
