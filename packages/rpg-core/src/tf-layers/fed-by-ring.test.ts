import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, expect, test } from 'vitest';
import { fed, ring, sequential } from '../../test/ring-models.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

test.each<{ what: string; run: () => unknown; error: string }>([
  {
    what: 'a wrapper',
    run: () => sequential(ring({ inputShape: [3, 4] }), tfl.layers.timeDistributed({ layer: fed() })),
    error:
      "Layer 'd' was built without a ring; add it to a model behind one. Wrappers such as timeDistributed cannot hold " +
      'ring-fed layers.',
  },
  {
    what: 'a constraint on generated weights',
    run: () => fed({ kernelConstraint: 'nonNeg' }),
    error:
      "Layer 'd' has a kernelConstraint; generated weights cannot be constrained one by one, since other layers use the " +
      'same ring elements. Leave it out, or give the layer its own weights.',
  },
  {
    what: 'a constant start',
    run: () => sequential(ring(), fed({ kernelInitializer: 'zeros' })),
    error:
      "Layer 'd' starts its generated weights by Zeros; on a ring they can start by glorotNormal, glorotUniform, heNormal, " +
      'heUniform, leCunNormal, leCunUniform, varianceScaling, orthogonal, randomNormal, randomUniform or truncatedNormal.',
  },
  {
    what: 'a layer used again behind another ring',
    run: () => {
      const layer = fed();
      sequential(ring(), layer);
      const behind = ring({ name: 'r', seed: 2 }).apply(tfl.input({ shape: [4] })) as tfl.SymbolicTensor;
      layer.apply(behind);
    },
    error: "Layer 'd' is fed by another ring already; it cannot be used behind 'r'.",
  },
])('refuses $what', ({ run, error }) => {
  expect(run).toThrow(new RangeError(error));
});
