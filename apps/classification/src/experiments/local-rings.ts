import type { Experiment } from 'training-kit/commands';

/** Table 2. */
export const localRings: Experiment = {
  title: 'Table 2: a ring a building block, or one for all',
  summary: 'table 2: plain, a ring a building block, one global ring, at equal size',
  about: [
    {
      kind: 'table',
      title: 'Table 2, CIFAR-100',
      note: 'Claimed: at the size of a plain ResNet18 a ResNet34 on rings is ahead, and one global ring is 0.4 points ahead of local ones.',
      columns: [
        { name: 'network' },
        { name: 'backbone parameters', align: 'right' },
        { name: 'paper: top-1, %', align: 'right', isPaper: true },
      ],
      rows: [
        ['ResNet18', '11M', '77.5'],
        ['ResNet34-RPG, a ring a block', '11M', '78.5'],
        ['ResNet34-RPG', '11M', '78.9'],
        ['ResNet34', '21M', '79.1'],
      ],
    },
  ],
  runs: {
    small: {
      plain: '--preset cifar100-small --weights independent --depth 18,34 --seed 1,2',
      // As many elements as the plain ResNet18 of width 16 has weights.
      ring: '--preset cifar100-small --depth 34 --ring-size 697344 --scope block,global --seed 1,2',
    },
    full: {
      plain: '--preset cifar100-resnet18 --depth 18,34',
      ring: '--preset cifar100-resnet34-rpg-11m --scope block,global',
    },
  },
};
