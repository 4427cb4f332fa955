import type { Experiment } from 'training-kit/commands';

const SMALL =
  '--preset cifar10-small --width 8 --num-epochs 1 --batch-size 64 --val-examples 5000 --optimizer adam --weight-decay 0';

/** Where a ring's best rate lies under Adam. */
export const ringRate: Experiment = {
  title: 'The rate of a ring under Adam',
  summary: 'beyond the paper: the best rate of rings under Adam, for M/N from 1 to 64, √(M/N) marked',
  about: [
    {
      kind: 'text',
      title: 'The question',
      paragraphs: [
        'A step of Adam lowers the loss of a ring √(M/N) times less, to first order, than that of plain weights at the same ' +
          'rate (docs/method.md). Whether a higher rate for rings makes up for it: the plain network’s best rate is looked for ' +
          'first; rings then get it times a factor, all other weights as it is. √(M/N) is 1, 2, 4 and 8 for the four ring sizes.',
      ],
    },
  ],
  runs: {
    small: {
      plain: `${SMALL} --weights independent --learning-rate 0.001,0.002,0.004,0.008,0.016`,
      ring: `${SMALL} --learning-rate 0.008 --ring-size 1,0.25,0.0625,0.015625 --ring-rate 0.5,1,2,4,8`,
    },
    full: {
      plain: '--preset cifar100-resnet18 --optimizer adam --learning-rate 0.0005,0.001,0.002,0.004 --seed 1..3',
      ring: '--preset cifar100-resnet18-rpg-2m --optimizer adam --learning-rate 0.001 --ring-size 1,0.25,0.0625,0.015625 --ring-rate 0.5,1,2,4,8 --seed 1..3',
    },
  },
};
