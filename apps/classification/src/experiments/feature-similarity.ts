import { type Experiment, groupBySeed, measuredCurve, type SweptRun } from 'training-kit/commands';
import type { Section } from 'training-kit/report';
import { measureFeatureSimilarity, NUM_BINS } from '../measures/feature-similarity.js';
import { paperRingSizes } from '../presets/paper-ring-sizes.js';

/** Figure 7. */
export const featureSimilarity: Experiment = {
  title: 'Figure 7: how alike the channels of feature maps are',
  summary: 'figure 7: correlation of the channels behind the third stage, plain and for falling rings',
  about: [
    {
      kind: 'text',
      title: 'The claim',
      paragraphs: [
        'Caption of figure 7: “Feature similarity increases as the model size decreases”, which would let channels of small rings ' +
          'be pruned. Section 5.5 has it the other way round: from 45K to the plain network of 21M “the feature similarity ' +
          'gradually increases”. The paper gives a picture and no numbers.',
        'Measured here: Pearson’s correlation r of each two channels that the third stage hands on, over 1,000 test images ' +
          'drawn by the seed and all positions. meanSimilarity is the mean of |r|; channels that are constant are left out.',
      ],
    },
  ],
  runs: {
    small: {
      ring: '--preset cifar100-small --depth 34 --ring-size 0.003,0.03,0.1,0.5 --seed 1,2',
      plain: '--preset cifar100-small --depth 34 --weights independent --seed 1,2',
    },
    full: {
      ring: `--preset cifar100-resnet34-rpg-2m --ring-size ${Object.values(paperRingSizes).join(',')}`,
      plain: '--preset cifar100-resnet34',
    },
  },
  measure: measureFeatureSimilarity,
  outcome: histograms,
};

/** The picture of the paper: the histograms on top of each other. */
function histograms(runs: readonly SweptRun[]): readonly Section[] {
  const series = groupBySeed(runs).flatMap((group) => measuredCurve(group, 'similarity') ?? []);
  if (series.length === 0) return [];
  return [
    {
      kind: 'charts',
      title: 'Histogram of feature similarity',
      note: `Share of pairs of channels by |r|, in ${NUM_BINS} bins; means over seeds.`,
      charts: [
        {
          kind: 'lines',
          title: 'Pairs of channels by similarity',
          x: { label: '|r|', range: [0, 1] },
          y: { label: 'share of pairs' },
          series,
        },
      ],
    },
  ];
}
