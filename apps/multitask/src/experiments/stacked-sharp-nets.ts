import type { Experiment } from 'training-kit/commands';
import { table5Rows } from '../model/weights.js';

/** Table 5. */
export const stackedSharpNets: Experiment = {
  title: 'Table 5: stacked SharpNets, shared, with norms of their own, from rings',
  summary: 'table 5: one SharpNet, two with all shared, with norms of their own, from a ring a building block',
  about: [
    {
      kind: 'table',
      title: 'Table 5, 2D-3D-S',
      note:
        'Claimed: reusing a sub-network helps, norms of its own for each pass help more, rings the most. The paper does not say ' +
        'what its errors are percent of.',
      columns: [
        { name: 'weights' },
        { name: '--weights' },
        { name: 'paper: depth, %', align: 'right', isPaper: true },
        { name: 'paper: normals, %', align: 'right', isPaper: true },
      ],
      rows: table5Rows.map(({ label, weights, depthRmsePercent, normalRmsePercent }) => [
        label,
        weights,
        depthRmsePercent.toFixed(1),
        normalRmsePercent.toFixed(1),
      ]),
    },
  ],
  runs: {
    // A fixed set that is passed over many times.
    small: {
      one: '--preset table5-small --num-stacks 1 --weights independent --rendered-train 1000 --num-epochs 60 --seed 1,2',
      two: '--preset table5-small --num-stacks 2 --weights shared-with-norms,shared,ring --rendered-train 1000 --num-epochs 60 --seed 1,2',
    },
    full: {
      one: '--preset table5-small --dataset 2d3ds --width-multiplier 1 --input-size 256 --num-stacks 1 --weights independent --batch-size 4 --num-epochs 20',
      two: '--preset table5-small --dataset 2d3ds --width-multiplier 1 --input-size 256 --num-stacks 2 --weights shared-with-norms,shared,ring --batch-size 4 --num-epochs 20',
    },
  },
};
