import { expect, test } from 'vitest';
import { imageNetNormalization, toRgbBytes } from './normalization.js';

test('all bytes come back', () => {
  const { mean, std } = imageNetNormalization;
  const bytes = Uint8Array.from({ length: 768 }, (_, i) => Math.floor(i / 3));
  const normalised = Float32Array.from(bytes, (value, i) => (value / 255 - mean[i % 3]!) / std[i % 3]!);
  expect(toRgbBytes(normalised, imageNetNormalization)).toEqual(bytes);
});
