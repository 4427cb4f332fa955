import { expect, test } from 'vitest';
import { lineSpec, movingAverage, thin } from './chart-lines.js';

test('an exact series keeps its values in a smoothed chart', () => {
  const series = { x: [0, 1, 2], y: [0, 0, 1] };
  const { alt } = lineSpec({
    kind: 'lines',
    title: 'Accuracy',
    x: { label: 'epoch' },
    y: { label: 'accuracy' },
    smoothing: 0.9,
    series: [
      { name: 'train', ...series },
      { name: 'val', ...series, isExact: true },
    ],
  });
  expect(alt).toContain('val ends at 1.');
  expect(alt).not.toContain('train ends at 1');
});

test('the moving average starts at the first value', () => {
  const points = [4, 4, 8].map((y, x) => ({ x, y }));
  const [first, second, third] = movingAverage(points, 0.5).map((point) => point.y);
  expect([first, second]).toEqual([4, 4]);
  expect(third).toBeCloseTo((4 * 0.125 + 4 * 0.25 + 8 * 0.5) / 0.875, 12);
});

test('thinning keeps the ends and every spike', () => {
  const points = Array.from({ length: 10_000 }, (_, x) => ({ x, y: x === 4321 ? 9 : x === 7777 ? -9 : 0 }));
  const kept = thin(points);
  expect(kept.length).toBeLessThanOrEqual(402);
  expect(kept.map((point) => point.x)).toEqual(expect.arrayContaining([0, 4321, 7777, 9999]));
});
