import { type Experiment, groupBySeed, measuredCurve, type SeedGroup } from 'training-kit/commands';
import type { Section } from 'training-kit/report';
import { measureFilterAngles } from '../measures/filter-angles.js';

/** Propositions 1 and 2. */
export const filtersOrthogonal: Experiment = {
  title: 'Appendix B: filters of one ring are close to orthogonal',
  summary:
    'section 3, appendix B: angles between filters of one ring, trained and at the start, with and without signs',
  about: [
    {
      kind: 'text',
      title: 'The claim',
      paragraphs: [
        'Section 3 and appendix B: filters f_i, f_j of M weights, the same one turned by two random orthogonal matrices, have ' +
          'E⟨f_i, f_j⟩ = 0, and their squared cosine is 1/M in the mean. The paper proves it for the whole orthogonal group and ' +
          'uses permutations and reflections alone; it gives no measurement.',
        'Measured here: filter number f of each two slots of a ring that have filters of equal size. cosine is the mean over ' +
          'all pairs; squaredCosineTimesM is 1 where the second proposition holds. The columns that begin with start are of ' +
          'the ring before its first step. meanShare, (ΣW)² / (N ΣW²), is the mean cosine to expect without reflection.',
        'A ring as large as the backbone (whole) shares nothing: each of its weights is an element of its own, as in a plain ' +
          'network. What its filters have in common came about by training alone.',
      ],
    },
  ],
  runs: {
    // `ring` has the runs of figure 5: a copy of their folder as --runs-folder is measured without a training.
    small: {
      ring: '--preset cifar100-small --ring-size 0.1 --sampling even,sequential --reflect on,off --seed 1..3',
      whole: '--preset cifar100-small --ring-size 1 --seed 1..3',
    },
    full: {
      ring: '--preset cifar100-resnet34-rpg-2m --sampling even,sequential --reflect on,off --seed 1..3',
      whole: '--preset cifar100-resnet34-rpg-2m --ring-size 1 --seed 1..3',
    },
  },
  measure: measureFilterAngles,
  outcome: (runs) => {
    const rows = groupBySeed(runs).flatMap(rowsOf);
    return rows.length === 0 ? [] : [bySize(rows)];
  },
};

type Row = (string | number)[];

function bySize(rows: readonly Row[]): Section {
  return {
    kind: 'table',
    title: 'By filter size',
    note:
      'Means over seeds. Behind ±: the standard error that the mean would have if all pairs were independent and at random ' +
      'angles, 1/√(M · pairs) for the cosine and √(2/pairs) for M times its square.',
    columns: [
      { name: 'settings' },
      ...['M', 'pairs', 'cosine, start', 'cosine, trained', 'M · cosine², start', 'M · cosine², trained'].map(
        (name) => ({
          name,
          align: 'right' as const,
        }),
      ),
    ],
    rows,
  };
}

/** A row a filter size. */
function rowsOf(group: SeedGroup): Row[] {
  const curves = [
    'trainedPairs',
    'startCosine',
    'trainedCosine',
    'startSquaredCosineTimesM',
    'trainedSquaredCosineTimesM',
  ].map((name) => measuredCurve(group, name));
  const [sizes, ...others] = curves;
  if (sizes === undefined) return [];
  const numSeeds = group.runs.filter(({ measured }) => measured !== undefined).length;
  return Array.from(sizes.x, (filterSize, i) => {
    const numPairs = numSeeds * sizes.y[i]!;
    const errors = [1 / Math.sqrt(filterSize * numPairs), Math.sqrt(2 / numPairs)];
    const means = others.map((curve, place) => `${curve!.y[i]!.toFixed(4)} ± ${errors[place < 2 ? 0 : 1]!.toFixed(4)}`);
    return [sizes.name, filterSize, numPairs, ...means];
  });
}
