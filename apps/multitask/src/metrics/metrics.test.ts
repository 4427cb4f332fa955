import { expect, test } from 'vitest';
import { ConstantFit, constantPixels, MultitaskSums, type Truth } from './metrics.js';

const truth: Truth = {
  depths: Float32Array.from([1, 3, 0]),
  depthMask: Float32Array.from([1, 1, 0]),
  normals: Float32Array.from([1, 0, 0, 0, 1, 0, 9, 9, 9]),
  normalsMask: Float32Array.from([1, 1, 0]),
};

test('the best constant: mean depth and direction of the mean normal, of known pixels alone', () => {
  const fit = new ConstantFit();
  fit.add(truth);
  const prediction = fit.prediction();
  expect(prediction.depth).toBe(2);
  expect(prediction.normal[0]).toBeCloseTo(Math.SQRT1_2, 12);
  expect(prediction.normal[1]).toBeCloseTo(Math.SQRT1_2, 12);
  expect(prediction.normal[2]).toBe(0);
  const sums = new MultitaskSums({ maxDepth: 10 });
  sums.add(constantPixels(prediction, 3), truth);
  const { depth, normals } = sums.errors();
  expect(depth.rmse).toBe(1);
  expect(depth.rmseOfRange).toBeCloseTo(0.1, 12);
  expect(normals.meanAngle).toBeCloseTo(45, 4);
  expect([depth.numPixels, normals.numPixels]).toEqual([2, 2]);
});

test('batches add up', () => {
  const whole = new ConstantFit();
  whole.add(truth);
  whole.add({ ...truth, depths: Float32Array.from([5, 7, 1]) });
  expect(whole.prediction().depth).toBe(4);
});

test('nothing to fit to', () => {
  expect(() => new ConstantFit().prediction()).toThrow(
    new RangeError(
      'A constant needs known depths and normals to be fitted to, got 0 depths and normals that add up to a length of 0.',
    ),
  );
});
