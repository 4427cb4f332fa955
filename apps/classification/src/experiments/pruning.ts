import {
  type Experiment,
  groupBySeed,
  groupName,
  type SeedGroup,
  spreadOf,
  spreadText,
  type SweptRun,
} from 'training-kit/commands';
import type { Section } from 'training-kit/report';
import { measurePruning, PRUNED_SHARE } from '../measures/pruning.js';

/** A tenth of the rate, for a fifth of the epochs. */
const secondTraining = {
  small: '--learning-rate 0.01 --num-epochs 3 --warm-up-epochs 0',
  full: '--learning-rate 0.03 --num-epochs 45 --schedule cosine',
};

/** Table 7, appendix A. */
export const pruning: Experiment = {
  title: 'Table 7: rings of half, and 30 % of their filters dropped',
  summary: 'table 7: accuracy after 30 % of the filters are dropped, and after the rest is trained on',
  about: [
    {
      kind: 'table',
      title: 'Table 7, ImageNet',
      note:
        'Claimed: with half of the parameters and 70 % of the operations accuracy falls by one point. The paper does not say how ' +
        'the pruned network is trained on: here with a tenth of the rate, for a fifth of the epochs, the filters that each layer ' +
        'lost (those of lowest ℓ1 norm) held at zero; and beside it as long without dropping any, small scale alone.',
      columns: [
        { name: 'network' },
        { name: 'paper: before, %', align: 'right', isPaper: true },
        { name: 'paper: after, %', align: 'right', isPaper: true },
        { name: 'paper: operations left, %', align: 'right', isPaper: true },
      ],
      rows: [
        ['ResNet18-RPG, half', '70.2', '69.0', '70'],
        ['ResNet34-RPG, half', '73.4', '72.5', '70'],
      ],
    },
  ],
  runs: {
    small: { ring: '--preset cifar100-small --ring-size 0.5 --depth 18,34 --seed 1,2' },
    full: { ring: '--preset imagenet-resnet18-rpg-2m --ring-size 0.5 --depth 18,34' },
  },
  after: {
    small: { pruned: `${secondTraining.small} --prune-filters ${PRUNED_SHARE}`, whole: secondTraining.small },
    full: { pruned: `${secondTraining.full} --prune-filters ${PRUNED_SHARE}` },
  },
  measure: measurePruning,
  outcome,
};

/** A row for each network that was trained, with what became of it. */
function outcome(runs: readonly SweptRun[]): readonly Section[] {
  const groups = groupBySeed(runs);
  const rows = groups
    .filter((group) => !group.values.has('after') && spreadOf(group, 'testTop1') !== undefined)
    .map((first) => {
      const then = (name: string): SeedGroup | undefined =>
        groups.find(
          ({ values }) => [...first.values].every(([k, v]) => values.get(k) === v) && values.get('after') === name,
        );
      return [
        groupName(first),
        percents(first, 'testTop1'),
        percents(first, 'droppedTop1'),
        percents(then('pruned'), 'testTop1'),
        percents(then('whole'), 'testTop1'),
        percents(first, 'multiplyAddsLeft'),
        percents(first, 'ringElementsLeft'),
      ];
    });
  if (rows.length === 0) return [];
  return [
    {
      kind: 'table',
      title: 'Before and after',
      note: 'Test accuracy in %, means over seeds. Operations and ring elements: of the backbone, the share that pruning leaves in use.',
      columns: [
        { name: 'settings' },
        { name: 'before', align: 'right' },
        { name: 'filters dropped', align: 'right' },
        { name: 'and trained on', align: 'right' },
        { name: 'trained on, none dropped', align: 'right' },
        { name: 'operations left, %', align: 'right' },
        { name: 'ring elements left, %', align: 'right' },
      ],
      rows,
    },
  ];
}

function percents(group: SeedGroup | undefined, metric: string): string | null {
  return group === undefined ? null : spreadText(group, metric, 100, 1);
}
