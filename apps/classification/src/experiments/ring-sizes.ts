import { type Experiment, groupBySeed, spreadOf, type SweptRun } from 'training-kit/commands';
import type { Section } from 'training-kit/report';
import { fitPowerLaw, type PowerLaw } from '../measures/power-law.js';
import { paperRingSizes } from '../presets/paper-ring-sizes.js';

const { '11m': half, ...smallerSizes } = paperRingSizes;
const sizes = [...Object.values(smallerSizes), 0.5, 1].join(',');

/** Figure 4 and the CIFAR-100 row of table 3. */
export const ringSizes: Experiment = {
  title: 'Figure 4 and table 3: accuracy against the size of the ring',
  summary: 'figure 4, table 3: accuracy against the size of the ring, plain networks of several widths beside it',
  about: [
    {
      kind: 'table',
      title: 'Table 3, CIFAR-100',
      note: 'Claimed: at equal size a ring is ahead of a plain network, and half the parameters of ResNet34 lose 0.2 points.',
      columns: [
        { name: 'network' },
        { name: 'backbone parameters', align: 'right' },
        { name: 'paper: top-1, %', align: 'right', isPaper: true },
      ],
      rows: [
        ['ResNet18', '11M', '77.6'],
        ['ResNet34', '21M', '79.1'],
        ['ResNet18-RPG', '45K', '60.2'],
        ['ResNet18-RPG', '2M', '75.6'],
        ['ResNet34-RPG', '45K', '61.7'],
        ['ResNet34-RPG', '2M', '76.5'],
        ['ResNet34-RPG', '11M', '78.9'],
      ],
    },
  ],
  runs: {
    small: {
      ring: '--preset cifar100-small --depth 18,34 --ring-size 0.003,0.01,0.03,0.1,0.25,0.5,1',
      plain: '--preset cifar100-small --weights independent --depth 18,34 --width 4,8,12,16',
    },
    full: {
      ring: `--preset cifar100-resnet18-rpg-2m --depth 18,34 --ring-size ${sizes}`,
      // Half of ResNet34; ResNet18 has no more than that.
      half: `--preset cifar100-resnet18-rpg-2m --depth 34 --ring-size ${half}`,
      plain: '--preset cifar100-resnet18 --depth 18,34 --width 8,16,32,64',
    },
  },
  outcome: powerLaws,
};

/** A law a depth, through the mean accuracies of rings below half of the backbone. */
function powerLaws(runs: readonly SweptRun[]): Section[] {
  const rings = groupBySeed(
    runs.filter(({ run, size }) => isRing(run.values) && size !== undefined && size.ringSize < size.numGenerated / 2),
  );
  const rows = ['18', '34'].flatMap((depth) => {
    const points = rings
      .filter(({ values }) => values.get('depth') === depth)
      .flatMap((group) => {
        const spread = spreadOf(group, 'testTop1');
        return spread === undefined ? [] : [{ size: group.runs[0]!.size!.ringSize, accuracy: spread.mean }];
      });
    const law = fitPowerLaw(points);
    return law === undefined ? [] : [[`ResNet${depth}-RPG`, points.length, ...cellsOf(law)]];
  });
  if (rows.length === 0) return [];
  return [
    {
      kind: 'table',
      title: 'Power law',
      note:
        'testTop1 = a · N^b for rings below half of the backbone, by least squares of the logarithms; ± 95 % confidence. ' +
        'Claimed: there is one, with one exponent for both depths (section 5.2).',
      columns: [
        { name: 'network' },
        { name: 'sizes', align: 'right' },
        { name: 'b', align: 'right' },
        { name: 'a', align: 'right' },
        { name: 'R²', align: 'right' },
      ],
      rows,
    },
  ];
}

function isRing(values: ReadonlyMap<string, string>): boolean {
  return values.get('variant') !== 'plain';
}

function cellsOf({ exponent, halfWidth, factor, rSquared }: PowerLaw): string[] {
  return [`${exponent.toFixed(3)} ± ${halfWidth.toFixed(3)}`, factor.toPrecision(3), rSquared.toFixed(3)];
}
