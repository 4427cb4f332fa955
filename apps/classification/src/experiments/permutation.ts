import type { Experiment } from 'training-kit/commands';

/** Figure 5. */
export const permutation: Experiment = {
  title: 'Figure 5: permutation and reflection',
  summary: 'figure 5: with and without permutation (sampling) and reflection (signs)',
  about: [
    {
      kind: 'table',
      title: 'Section 5.6, ResNet34-RPG of 2M on CIFAR-100',
      note: 'Claimed: both help, permutation most. Without it the ring is dealt out in order (sampling sequential).',
      columns: [
        { name: 'permutation' },
        { name: 'reflection' },
        { name: 'paper: top-1, %', align: 'right', isPaper: true },
      ],
      rows: [
        ['yes', 'yes', '76.5'],
        ['yes', 'no', '75.8'],
        ['no', 'yes', '71.1'],
        ['no', 'no', '70.7'],
      ],
    },
  ],
  runs: {
    small: {
      ring: '--preset cifar100-small --ring-size 0.1 --sampling even,sequential --reflect on,off --seed 1..3',
    },
    full: { ring: '--preset cifar100-resnet34-rpg-2m --sampling even,sequential --reflect on,off --seed 1..3' },
  },
};
