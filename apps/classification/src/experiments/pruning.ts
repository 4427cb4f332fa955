import type { Experiment } from 'training-kit/commands';
import { measurePruning } from '../measures/pruning.js';

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
        'the pruned network is trained on: here with a tenth of the rate, for a fifth of the epochs.',
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
  measure: measurePruning,
};
