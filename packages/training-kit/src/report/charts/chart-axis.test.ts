import { expect, test } from 'vitest';
import type { Axis } from '../content.js';
import { axisFormat, axisTitle, checkAxis, PointFilter, positionOf } from './chart-axis.js';

const plain: Axis = { label: 'loss' };
const log: Axis = { label: 'parameters', scale: 'log' };

test('a title has its unit in brackets', () => {
  expect([axisTitle(plain), axisTitle({ ...plain, unit: 'nats' })]).toEqual(['loss', 'loss (nats)']);
});

test('numbers are formatted as d3 writes it', () => {
  expect((['plain', 'si', 'percent'] as const).map((format) => axisFormat({ label: 'a', format }))).toEqual([
    undefined,
    '~s',
    '~%',
  ]);
});

test.each<{ axis: Axis; values: number[]; domain: number[] | undefined }>([
  { axis: plain, values: [1, 2], domain: undefined },
  { axis: { ...plain, range: [0, 4] }, values: [1, 2], domain: [0, 4] },
  { axis: plain, values: [2, 2], domain: [1, 3] },
  { axis: plain, values: [0], domain: [-1, 1] },
  { axis: log, values: [8], domain: [4, 16] },
])('$values on $axis.label span $domain', ({ axis, values, domain }) => {
  expect(positionOf('y', axis, values, 5).scale).toMatchObject(domain === undefined ? {} : { domain });
});

test('a log axis of two decades and more has ticks at powers of ten', () => {
  expect(positionOf('x', log, [8e3, 11e6], 5).axis.values).toEqual([1e3, 1e4, 1e5, 1e6, 1e7, 1e8]);
  expect(positionOf('x', log, [20, 80], 5).axis.values).toBeUndefined();
});

test.each<[Axis, string]>([
  [{ ...plain, range: [2, 1] }, 'range [2, 1], expected two finite numbers, smaller first.'],
  [{ ...log, range: [0, 1] }, 'range [0, 1], expected two finite numbers, smaller first, both above 0 on a log axis.'],
])('refuses limits that no scale can have: %#', (axis, message) => {
  expect(() => {
    checkAxis('t', axis);
  }).toThrow(new RangeError(`Chart "t": axis "${axis.label}" has ${message}`));
});

test('points that cannot be shown are counted by reason', () => {
  const filter = new PointFilter(log, plain);
  expect([filter.accepts(1, 1), filter.accepts(NaN, 1), filter.accepts(0, 1), filter.accepts(-1, 1)]).toEqual([
    true,
    false,
    false,
    false,
  ]);
  expect(filter.notes()).toEqual(['1 point not finite, left out.', '2 points ≤ 0, left out on the log axis.']);
});
