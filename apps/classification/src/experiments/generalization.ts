import type { Experiment } from 'training-kit/commands';

/** Table 6(a), on CIFAR-100. */
export const generalization: Experiment = {
  title: 'Table 6(a): the gap between train and test',
  summary: 'table 6(a): the gap between train and test, plain and from a ring',
  about: [
    {
      kind: 'table',
      title: 'Table 6(a), ImageNet',
      note:
        'Claimed: training minus validation accuracy, in points, is lower for rings of half the size. Here on CIFAR-100: ' +
        'trainTop1 − testTop1, of as many training images as test has.',
      columns: [
        { name: 'network' },
        { name: 'paper: plain', align: 'right', isPaper: true },
        { name: 'paper: ring', align: 'right', isPaper: true },
      ],
      rows: [
        ['ResNet18', '-0.7', '-2.7'],
        ['ResNet34', '1.1', '-2.3'],
      ],
    },
  ],
  runs: {
    small: {
      // Long enough to overfit: the gap is the question.
      any: '--preset cifar100-small --num-epochs 40 --weights ring,independent --ring-size 0.5 --depth 18,34 --seed 1,2',
    },
    full: {
      ring: '--preset imagenet-resnet18-rpg-2m --depth 18,34 --ring-size 0.5',
      plain: '--preset imagenet-resnet18-rpg-2m --depth 18,34 --weights independent',
    },
  },
};
