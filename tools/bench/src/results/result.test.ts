import { expect, test } from 'vitest';
import { measurement, measurements, table } from '../../test/sample-result.js';
import { checkAgreement } from './result.js';

test('ratios are to our time for the same network, and to the plain network of the same side', () => {
  const ratios = table.rows.map(({ name, toOurs, toPlain }) => [name, toOurs, toPlain]);
  expect(ratios).toEqual([
    ['ours/plain/float32', 1, null],
    ['ours/ring/float32', 1, 1.5],
    ['torch/plain/float32/eager', 2, null],
    ['torch/ring/float32/eager', 4, 3],
  ]);
  expect(table.rows[0]?.spread.median).toBe(4);
});

test('contestants that compute something else are named', () => {
  checkAgreement(measurements, 2);
  const base = measurements[0]!;
  expect(() => {
    checkAgreement([base, measurement('torch/plain/float32/eager', 1, [4.7, 4.5])]);
  }).toThrow(/^torch\/plain\/float32\/eager computes 4\.7 at step 1, ours\/plain\/float32 4\.6; expected a relative/);
  expect(() => {
    checkAgreement([base, measurement('torch/plain/float32/eager', 1, [4.6, NaN])], 2);
  }).toThrow('computes NaN at step 2');
  expect(() => {
    checkAgreement([base, { ...measurement('torch/plain/float32/eager', 1), numParameters: 1 }]);
  }).toThrow('torch/plain/float32/eager has 1 parameters, ours/plain/float32 27916');
});
