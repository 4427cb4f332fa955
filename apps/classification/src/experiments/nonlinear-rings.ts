import type { Experiment } from 'training-kit/commands';

/** Section 6 leaves nonlinear generators open. */
export const nonlinearRings: Experiment = {
  title: 'Rings that are read nonlinearly',
  summary: 'beyond the paper: a function that each layer learns, sums of two elements, beside the linear ring',
  about: [
    {
      kind: 'text',
      title: 'The question',
      paragraphs: [
        'K = R·W is linear in the ring; section 6 of the paper names other generators as future work. At equal N, does a function ' +
          'that each layer learns (shaped: three more numbers a layer) or a sum of two elements (paired: twice the generation) ' +
          'make a small ring better?',
      ],
    },
  ],
  runs: {
    small: {
      ring: '--preset cifar100-small --generator linear,shaped,paired --ring-size 0.003,0.01,0.03 --seed 1,2',
    },
    full: {
      ring: '--preset cifar100-resnet18-rpg-45k --generator linear,shaped,paired --ring-size 8192,46080,0.05 --seed 1..3',
    },
  },
};
