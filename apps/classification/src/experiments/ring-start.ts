import type { Experiment } from 'training-kit/commands';

/** What σ_W does under SGD. */
export const ringStart: Experiment = {
  title: 'Where W starts',
  summary: 'beyond the paper: the deviation with which W starts, three values at two rates, under SGD',
  about: [
    {
      kind: 'text',
      title: 'The question',
      paragraphs: [
        'The official code starts W with 0.0208, whatever it feeds; here it starts with the root mean square of what it feeds. ' +
          'Under SGD the same rate is then worth another one (docs/method.md): which is better, and is it more than a rate?',
      ],
    },
  ],
  runs: {
    small: {
      ring: '--preset cifar10-small --num-epochs 5 --ring-size 0.1 --ring-start rms,official,0.1 --learning-rate 0.05,0.1 --seed 1,2',
    },
    full: {
      ring: '--preset cifar100-resnet18-rpg-2m --ring-start rms,official,0.05 --learning-rate 0.05,0.1 --seed 1..3',
    },
  },
};
