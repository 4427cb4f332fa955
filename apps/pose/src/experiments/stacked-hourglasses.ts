import type { Experiment } from 'training-kit/commands';

/** Tables 4 and 6(b). */
export const stackedHourglasses: Experiment = {
  title: 'Tables 4 and 6(b): stacked hourglasses, shared, from a ring, unshared',
  summary: 'tables 4 and 6(b): 1, 2 and 4 sub-networks with shared weights, from one ring, with weights of their own',
  about: [
    {
      kind: 'table',
      title: 'Tables 4 and 6(b), MPII',
      note:
        'Claimed: at equal size rings are ahead of shared weights, and the gap between train and test is the smallest. Sub-networks ' +
        'of 3.3M parameters; gaps are of training minus validation PCKh@0.5, in points.',
      columns: [
        { name: 'sub-networks', align: 'right' },
        { name: 'paper: shared (CPM)', align: 'right', isPaper: true },
        { name: 'paper: ring', align: 'right', isPaper: true },
        { name: 'paper: unshared', align: 'right', isPaper: true },
        { name: 'paper: gaps', align: 'right', isPaper: true },
      ],
      rows: [
        [1, null, '84.7', null, null],
        [2, '86.1', '86.5', '87.1', '1.13 / 0.64 / 1.15'],
        [4, '86.5', '87.3', '88.0', '1.70 / 1.15 / 1.98'],
      ],
    },
  ],
  runs: {
    // A fixed set that is passed over many times by narrow networks: where sharing overfits.
    small: {
      one: '--preset table4-small --weights independent --num-stacks 1 --rendered-train 1000 --num-epochs 64 --width-multiplier 0.0625 --eval-every 8 --seed 1..3',
      any: '--preset table4-small --weights shared,ring,independent --num-stacks 2,4 --rendered-train 1000 --num-epochs 64 --width-multiplier 0.0625 --eval-every 8 --seed 1..3',
    },
    full: {
      one: '--preset mpii-2-rpg --weights independent --num-stacks 1',
      any: '--preset mpii-2-rpg --weights shared,ring,independent --num-stacks 2,4',
    },
  },
};
