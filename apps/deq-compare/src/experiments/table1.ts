import {
  type Experiment,
  groupBySeed,
  type SeedGroup,
  spreadOf,
  spreadText,
  type SweptRun,
} from 'training-kit/commands';
import type { Section } from 'training-kit/report';
import { table1, table1Entry } from '../comparison/table1.js';
import { measureInferenceTime } from '../measures/inference-time.js';

/** Halved maps and phantom gradients take a quarter of the time; blocks take three times the rate there (`compare-cifar10-halved`). */
const HALVED = '--num-halvings 1 --seed 1,2';

/**
 * Fifty epochs, as the public code of the equilibrium model has them; the paper does not say how many. As there, 15 % of the
 * updates come before the first search.
 */
const WHOLE = '--dataset cifar10,cifar100 --num-epochs 50';

const percents = (share: number): string => (100 * share).toFixed(1);

/** Table 1. */
export const equilibriumOrBlocks: Experiment = {
  title: 'Table 1: an equilibrium model, and its block repeated from one ring',
  summary: 'table 1: an equilibrium model, and its block once to four times from one ring: accuracy and time',
  about: [
    {
      kind: 'table',
      title: 'Table 1',
      note:
        'Claimed: at equal size, blocks repeated from one ring are ahead of an equilibrium model, in 15 to 25 times less time an ' +
        'image. The paper has two to four blocks; with one, which stands beside them here, nothing is shared. It does not say ' +
        'how its side was trained, nor with how many images at once times were taken (on a GTX 2080 Ti, for CIFAR-100).',
      columns: [
        { name: 'network' },
        { name: 'paper: CIFAR-10, %', align: 'right', isPaper: true },
        { name: 'paper: CIFAR-100, %', align: 'right', isPaper: true },
        { name: 'paper: ms an image', align: 'right', isPaper: true },
      ],
      rows: table1.map(({ label, accuracy, perImageMs }) => [
        label,
        percents(accuracy.cifar10),
        percents(accuracy.cifar100),
        String(perImageMs),
      ]),
    },
  ],
  runs: {
    small: {
      blocks: `--preset cifar10-rpg2 --num-blocks 1,2,3,4 --learning-rate 0.003 ${HALVED}`,
      mdeq: `--preset cifar10-mdeq --differentiation phantom ${HALVED}`,
    },
    full: {
      blocks: `--preset cifar10-rpg2 --num-blocks 1,2,3,4 ${WHOLE}`,
      mdeq: `--preset cifar10-mdeq --pretrain-steps 5900 ${WHOLE}`,
    },
  },
  measure: measureInferenceTime,
  outcome,
};

/** A row for each network and set, the paper's numbers beside it. */
function outcome(runs: readonly SweptRun[]): readonly Section[] {
  const groups = groupBySeed(runs);
  const rows = groups
    .filter((group) => spreadOf(group, 'testTop1') !== undefined)
    .map((group) => {
      const { network, numBlocks, dataset } = describe(group);
      const paper = table1Entry({ network, numBlocks, weights: 'ring' });
      const mdeq = groups.find((other) => describe(other).network === 'mdeq' && describe(other).dataset === dataset);
      return [
        network === 'mdeq' ? 'MDEQ' : `RPG, ${numBlocks}× MS block`,
        titles[dataset],
        spreadText(group, 'testTop1', 100, 1),
        paper === undefined ? null : percents(paper.accuracy[dataset]),
        spreadText(group, 'epochSeconds', 1 / 60, 1),
        spreadText(group, 'imageMs', 1, 2),
        paper === undefined ? null : String(paper.perImageMs),
        timesLess(mdeq, group),
        paper === undefined ? null : (table1[0]!.perImageMs / paper.perImageMs).toFixed(1),
        spreadText(group, 'evaluations', 1, 1),
      ];
    });
  if (rows.length === 0) return [];
  return [
    {
      kind: 'table',
      title: 'Accuracy and time',
      note:
        'Means over seeds. Minutes an epoch: with its evaluations, over the whole training; of the equilibrium model the first ' +
        'epochs are unrolled. Times an image: forward passes over the first 128 test images at once, one network after the other ' +
        'and not in turn; compare those of one machine with nothing beside it, or see `compare`.',
      columns: [
        { name: 'network' },
        { name: 'data' },
        { name: 'test accuracy, %', align: 'right' },
        { name: 'paper', align: 'right', isPaper: true },
        { name: 'minutes an epoch', align: 'right' },
        { name: 'ms an image', align: 'right' },
        { name: 'paper', align: 'right', isPaper: true },
        { name: 'MDEQ ÷ this', align: 'right' },
        { name: 'paper', align: 'right', isPaper: true },
        { name: 'evaluations of the block', align: 'right' },
      ],
      rows,
    },
  ];
}

const titles = { cifar10: 'CIFAR-10', cifar100: 'CIFAR-100' } as const;

function describe({ values }: SeedGroup) {
  return {
    network: values.get('variant') === 'mdeq' ? ('mdeq' as const) : ('rpg' as const),
    numBlocks: Number(values.get('numBlocks') ?? 0),
    dataset: values.get('dataset') === 'cifar100' ? ('cifar100' as const) : ('cifar10' as const),
  };
}

function timesLess(mdeq: SeedGroup | undefined, group: SeedGroup): string | null {
  const [slow, fast] = [mdeq, group].map((each) => (each === undefined ? undefined : spreadOf(each, 'imageMs')?.mean));
  return slow === undefined || fast === undefined ? null : (slow / fast).toFixed(1);
}
