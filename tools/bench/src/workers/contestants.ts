// All ways of doing the jobs that are timed, and the choice of some by words of their names.
import { ConfigError } from 'training-kit/errors';
import type { Comparison, Contestant, Precision, Section, Side, Workload } from './workload.js';

const precisions: readonly Precision[] = ['float32', 'bfloat16'];
const networks = ['plain', 'ring'] as const;

/** The sizes that all jobs of a run share. */
export type Sizes = Pick<Workload, 'width' | 'ringSize' | 'batchSize' | 'imageSize' | 'threads'>;

/** The comparisons of a section, all contestants. */
export function comparisonsOf(section: Section, sizes: Sizes): Comparison[] {
  switch (section) {
    case 'step':
      // One comparison a precision: at full size all of both would not fit into the memory of a small machine.
      return precisions.map((precision) => stepComparison(sizes, precision));
    case 'inference':
      return [...new Set([1, sizes.batchSize])].map((batchSize) => inferenceComparison({ ...sizes, batchSize }));
    case 'generate':
      return [generationComparison(sizes, 'generate'), generationComparison(sizes, 'gradient')];
    default:
      throw new RangeError(`Unknown section ${String(section satisfies never)}.`);
  }
}

/** Training steps of both networks. */
export function stepComparison(sizes: Sizes, precision: Precision): Comparison {
  const contestants = networks.flatMap((network) => {
    const workload: Workload = { ...sizes, task: 'step', network, precision, repeats: 1 };
    return [
      contestant('ours', [network, precision], workload),
      contestant('torch', [network, precision, 'eager'], workload),
      contestant('torch', [network, precision, 'compiled'], workload),
    ];
  });
  return { section: 'step', title: `Training step, ${precision}`, unit: 'ms a step', divisor: 1, contestants };
}

function inferenceComparison(sizes: Sizes): Comparison {
  const { batchSize } = sizes;
  const repeats = Math.max(1, Math.round(32 / batchSize));
  const contestants = precisions.flatMap((precision) => {
    const workload: Workload = { ...sizes, task: 'inference', network: 'ring', precision, repeats };
    return [
      contestant('ours', [precision], workload),
      contestant('torch', [precision, 'eager'], workload),
      contestant('torch', [precision, 'compiled'], workload),
    ];
  });
  return {
    section: 'inference',
    title: `Inference, batch ${batchSize}`,
    unit: 'ms an image',
    divisor: batchSize,
    contestants,
  };
}

/** Generation or its gradient alone. */
export function generationComparison(sizes: Sizes, task: 'generate' | 'gradient'): Comparison {
  const workload: Workload = { ...sizes, batchSize: 1, task, network: 'ring', precision: 'float32', repeats: 5 };
  return {
    section: 'generate',
    title: task === 'generate' ? 'Generating all weights' : 'Gradient of the generation',
    unit: 'ms',
    divisor: 1,
    contestants: [
      contestant('native', [], workload),
      contestant('ours', [], workload),
      ...(['official', 'index-select'] as const).flatMap((style) =>
        ['eager', 'compiled'].map((mode) => contestant('torch', [style, mode], workload)),
      ),
    ],
  };
}

function contestant(side: Side, words: readonly string[], workload: Workload): Contestant {
  return {
    name: [side, ...words].join('/'),
    side,
    workload,
    isCompiled: words.includes('compiled'),
    style: words.includes('index-select') ? 'index-select' : 'official',
  };
}

/**
 * Keeps the contestants that have all words of one of `variants`, and the comparisons that still have any.
 *
 * @param variants as `ours`, `torch/eager`; empty: all
 * @throws ConfigError for a word that no contestant has, or when nothing is left
 */
export function selectVariants(comparisons: readonly Comparison[], variants: readonly string[]): Comparison[] {
  if (variants.length === 0) return [...comparisons];
  const known = new Set(comparisons.flatMap(({ contestants }) => contestants.flatMap(({ name }) => wordsOf(name))));
  const unknown = variants.flatMap(wordsOf).find((word) => !known.has(word));
  if (unknown !== undefined) {
    throw new ConfigError(
      'variants',
      `--variants: no contestant has the word '${unknown}'. Words: ${[...known].sort().join(', ')}; join some by '/'.`,
    );
  }
  const chosen = comparisons.map((comparison) => ({
    ...comparison,
    contestants: comparison.contestants.filter(({ name }) => hasWordsOfOne(name, variants)),
  }));
  const left = chosen.filter(({ contestants }) => contestants.length > 0);
  if (left.length === 0) {
    throw new ConfigError('variants', `--variants ${variants.join(',')} leaves no contestant; --variants ours is one.`);
  }
  return left;
}

/** Whether `name` has all words of one of `variants`; without variants every name has. */
export function hasWordsOfOne(name: string, variants: readonly string[]): boolean {
  const words = wordsOf(name);
  return variants.length === 0 || variants.some((variant) => wordsOf(variant).every((word) => words.includes(word)));
}

function wordsOf(name: string): string[] {
  return name.split('/');
}
