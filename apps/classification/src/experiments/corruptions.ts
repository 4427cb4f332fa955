import { type Experiment, groupBySeed, measuredCurve, type SeedGroup, type SweptRun } from 'training-kit/commands';
import type { Section } from 'training-kit/report';
import { corruptionNames } from '../corruptions/index.js';
import { corruptedTop1 } from '../measures/corrupted-top1.js';

/** Table 6(c), on corrupted test images in place of ObjectNet. */
export const corruptions: Experiment = {
  title: 'Table 6(c): out of distribution, on corrupted images',
  summary:
    'table 6(c): top-1 on test images with 15 corruptions at 5 severities, plain and from a ring of half the size',
  about: [
    {
      kind: 'table',
      title: 'Table 6(c), trained on ImageNet, tested on ObjectNet',
      note:
        'Claimed: rings do better out of distribution, at equal size and with the same network. Here on CIFAR-100, with the ' +
        'corruptions of Hendrycks and Dietterich (2019) computed anew (docs/method.md): of the first 1,000 test images at small ' +
        'scale, of all at full. For ObjectNet itself: classification:evaluate -- --object-net DIR.',
      columns: [
        { name: 'network' },
        { name: 'backbone parameters', align: 'right' },
        { name: 'paper: top-1, %', align: 'right', isPaper: true },
      ],
      rows: [
        ['ResNet18', '11M', '13.4'],
        ['ResNet34-RPG', '11M', '16.5'],
        ['ResNet34', '21M', '16.0'],
      ],
    },
  ],
  runs: {
    small: {
      ring: '--preset cifar100-small --ring-size 0.5 --depth 18,34 --seed 1,2',
      plain: '--preset cifar100-small --weights independent --depth 18,34 --seed 1,2',
    },
    full: {
      ring: '--preset cifar100-resnet18-rpg-2m --depth 18,34 --ring-size 0.5 --seed 1,2',
      plain: '--preset cifar100-resnet18 --depth 18,34 --seed 1,2',
    },
  },
  measure: corruptedTop1,
  outcome,
};

/** Top-1 by severity, drawn, and by corruption, listed; none until a run is measured. */
function outcome(runs: readonly SweptRun[]): Section[] {
  const groups = groupBySeed(runs);
  const series = groups.flatMap((group) => measuredCurve(group, 'top1') ?? []);
  if (series.length === 0) return [];
  const measured = groups.filter((group) => measuredCurve(group, 'top1') !== undefined);
  return [
    {
      kind: 'charts',
      title: 'By severity',
      note: 'Means over corruptions and seeds; severity 0: the same images as they are.',
      charts: [
        {
          kind: 'lines',
          title: 'Top-1 on corrupted images',
          x: { label: 'severity' },
          y: { label: 'top-1', format: 'percent' },
          series,
        },
      ],
    },
    {
      kind: 'table',
      title: 'By corruption',
      note: 'Top-1 in per cent, means over severities and seeds.',
      columns: [{ name: 'corruption' }, ...series.map(({ name }) => ({ name, align: 'right' as const }))],
      rows: corruptionNames.map((name) => [name, ...measured.map((group) => meanOfCurve(group, name))]),
    },
  ];
}

function meanOfCurve(group: SeedGroup, name: string): string {
  const top1 = Array.from(measuredCurve(group, name)!.y);
  return ((100 * top1.reduce((sum, value) => sum + value, 0)) / top1.length).toFixed(1);
}
