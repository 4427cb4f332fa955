import { expect, test } from 'vitest';
import { sizes, table } from '../test/sample-result.js';
import { curveOf, curvePlans } from './curves.js';

test('curves keep within the sizes asked for, without what is compiled, and join their points', () => {
  const plans = curvePlans(sizes, (width) => 100 * width * width, ['ours', 'eager']);
  const all = plans.flatMap(({ points }) => points.map((point) => point.comparison));
  expect(all.flatMap(({ contestants }) => contestants).some(({ isCompiled }) => isCompiled)).toBe(false);
  expect(plans.find(({ xLabel }) => xLabel === 'N')?.points.map(({ x }) => x)).toEqual([25, 100, 400, 1600, 6400]);
  expect(plans.find(({ xLabel }) => xLabel === 'threads')?.points.map(({ x }) => x)).toEqual([1]);
  expect(curvePlans(sizes, () => 100, ['none'])).toEqual([]);

  const half = { ...table, rows: table.rows.slice(0, 1) };
  const curve = curveOf({ title: 'Step', xLabel: 'batch' }, [{ x: 8, table }, { x: 16, table: half }]); // prettier-ignore
  expect(curve.series.map(({ x }) => x)).toEqual([[8, 16], [8], [8], [8]]);
});
