// How times grow with one size while the others stay.
import type { ResultCurve, ResultTable } from './results/result.js';
import { generationComparison, hasWordsOfOne, type Sizes, stepComparison } from './workers/contestants.js';
import type { Comparison } from './workers/workload.js';

/** A curve to be measured: one comparison a point. */
export interface CurvePlan {
  readonly title: string;
  readonly xLabel: string;
  readonly points: readonly { readonly x: number; readonly comparison: Comparison }[];
}

/**
 * The curves around `sizes`, without what is compiled: that would take minutes for each new size.
 *
 * @param numGenerated M of a network of a width
 * @param variants as `selectVariants` takes them; curves that lose all contestants are left out
 */
export function curvePlans(
  sizes: Sizes,
  numGenerated: (width: number) => number,
  variants: readonly string[],
): CurvePlan[] {
  const { width, ringSize, batchSize, imageSize, threads } = sizes;
  const largest = numGenerated(width);
  const upTo = (limit: number, factors: readonly number[]): number[] => [
    ...new Set(factors.map((factor) => Math.max(1, Math.round(limit * factor)))),
  ];
  const generation = (title: string, xLabel: string, task: 'generate' | 'gradient', points: [number, Sizes][]) => ({
    title,
    xLabel,
    points: points.map(([x, at]) => ({ x, comparison: generationComparison(at, task) })),
  });
  const steps = (title: string, xLabel: string, points: [number, Sizes][]) => ({
    title,
    xLabel,
    points: points.map(([x, at]) => ({ x, comparison: stepComparison(at, 'float32') })),
  });
  const ringSizes = upTo(largest, [1 / 256, 1 / 64, 1 / 16, 1 / 4, 1]).map((n): [number, Sizes] => [n, { ...sizes, ringSize: n }]); // prettier-ignore
  // The same share of N to M at each width: cost per weight is what is asked.
  const widths = upTo(width, [1 / 8, 1 / 4, 1 / 2, 1]).map((each): [number, Sizes] => {
    const m = numGenerated(each);
    return [m, { ...sizes, width: each, ringSize: Math.max(1, Math.round((ringSize / largest) * m)) }];
  });
  const plans: CurvePlan[] = [
    generation('Generating over the ring size', 'N', 'generate', ringSizes),
    generation('Gradient of the generation over the ring size', 'N', 'gradient', ringSizes),
    generation('Generating over the number of weights', 'M', 'generate', widths),
    steps('Step over the number of weights', 'M', widths),
    steps(
      'Step over the batch',
      'images a batch',
      upTo(batchSize, [1 / 8, 1 / 4, 1 / 2, 1]).map((n) => [n, { ...sizes, batchSize: n }]),
    ),
    steps(
      'Step over the threads',
      'threads',
      upTo(threads, [0, 1 / 2, 1]).map((n) => [n, { ...sizes, threads: n }]),
    ),
    steps(
      'Step over the image size (a quarter of the batch)',
      'pixels a side',
      [imageSize / 2, imageSize, imageSize * 1.5, imageSize * 2]
        .map((side) => Math.max(8, Math.round(side)))
        .map((side) => [side, { ...sizes, imageSize: side, batchSize: Math.max(1, Math.round(batchSize / 4)) }]),
    ),
  ];
  const choose = (comparison: Comparison): Comparison => ({
    ...comparison,
    contestants: comparison.contestants.filter((each) => !each.isCompiled && hasWordsOfOne(each.name, variants)),
  });
  return plans
    .map(({ points, ...plan }) => ({
      ...plan,
      points: points
        .map(({ x, comparison }) => ({ x, comparison: choose(comparison) }))
        .filter(({ comparison }) => comparison.contestants.length > 0),
    }))
    .filter(({ points }) => points.length > 0);
}

/** The curve through measured points; contestants that lack some points keep the others. */
export function curveOf(
  plan: Pick<CurvePlan, 'title' | 'xLabel'>,
  points: readonly { readonly x: number; readonly table: ResultTable }[],
): ResultCurve {
  const names = [...new Set(points.flatMap(({ table }) => table.rows.map(({ name }) => name)))];
  return {
    title: plan.title,
    xLabel: plan.xLabel,
    unit: points[0]?.table.unit ?? '',
    series: names.map((name) => {
      const found = points.flatMap(({ x, table }) => {
        const row = table.rows.find((other) => other.name === name);
        return row === undefined ? [] : [{ x, median: row.spread.median }];
      });
      return { name, x: found.map(({ x }) => x), median: found.map(({ median }) => median) };
    }),
  };
}
