import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, expect, test } from 'vitest';
import { rpgify } from './rpgify.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const { layers } = tfl;

function sequential(): tfl.LayersModel {
  return tfl.sequential({
    layers: [
      layers.dense({ units: 16, activation: 'relu', inputShape: [4], name: 'one' }),
      layers.dropout({ rate: 0 }),
      layers.dense({ units: 3, activation: 'softmax', name: 'two' }),
    ],
  });
}

const one = (layer: tfl.layers.Layer): tfl.LayersModel =>
  tfl.sequential({ layers: [layer, layers.dense({ units: 2, name: 'd' })] });
const CONVERTIBLE = 'Conv2D, DepthwiseConv2D, SeparableConv2D, Conv2DTranspose, Dense, Embedding';
test.each<{ what: string; run: () => unknown; error: string }>([
  {
    what: 'a layer without counterpart',
    run: () => rpgify(one(layers.lstm({ units: 2, inputShape: [3, 4], name: 'memory' })), { ringSize: 2, seed: 1 }),
    error: `rpgify: cannot put layer 'memory' (LSTM, 56 weights) on a ring; convertible are ${CONVERTIBLE}. Name it in \`exclude\` to let it keep its own weights.`,
  },
  {
    what: 'a wrapper',
    run: () =>
      rpgify(one(layers.timeDistributed({ layer: layers.dense({ units: 2 }), inputShape: [3, 4], name: 't' })), {
        ringSize: 2,
        seed: 1,
      }),
    error: `rpgify: cannot put layer 't' (TimeDistributed, 10 weights) on a ring; convertible are ${CONVERTIBLE}. Name it in \`exclude\` to let it keep its own weights.`,
  },
  {
    what: 'a constraint',
    run: () =>
      rpgify(one(layers.dense({ units: 2, inputShape: [2], kernelConstraint: 'nonNeg', name: 'c' })), {
        ringSize: 2,
        seed: 1,
      }),
    error:
      "rpgify: layer 'c' has a kernelConstraint, which generated weights cannot keep. Name it in `exclude` to let it keep its own weights.",
  },
  {
    what: 'zeros to project',
    run: () =>
      rpgify(one(layers.dense({ units: 2, inputShape: [2], kernelInitializer: 'zeros', name: 'z' })), {
        ringSize: 2,
        seed: 1,
        initialize: 'project',
      }),
    error:
      "rpgify: the weights of layer 'z' are all 0, so they have no scale on a ring. Name it in `exclude`, or use initialize: 'random'.",
  },
  {
    what: 'zeros to draw',
    run: () =>
      rpgify(one(layers.dense({ units: 2, inputShape: [2], kernelInitializer: 'zeros', name: 'z' })), {
        ringSize: 2,
        seed: 1,
      }),
    error:
      "Layer 'z' starts its generated weights by Zeros; on a ring they can start by glorotNormal, glorotUniform, heNormal, " +
      'heUniform, leCunNormal, leCunUniform, varianceScaling, orthogonal, randomNormal, randomUniform or truncatedNormal.',
  },
  {
    what: 'nothing left',
    run: () => rpgify(sequential(), { ringSize: 2, seed: 1, exclude: () => true }),
    error: `rpgify: the model has no layer to convert; convertible are ${CONVERTIBLE}.`,
  },
  {
    what: 'an unknown name',
    run: () => rpgify(sequential(), { ringSize: 2, seed: 1, exclude: ['haed'] }),
    error: "rpgify: exclude names 'haed', which the model does not have.",
  },
  {
    what: 'a second ring',
    run: () => rpgify(rpgify(sequential(), { ringSize: 20, seed: 1 }).model, { ringSize: 2, seed: 1 }),
    error: "rpgify: the model has the ring 'rpg_ring' already.",
  },
  {
    what: 'too large a ring',
    run: () => rpgify(sequential(), { ringSize: 113, seed: 1 }),
    error:
      'Ring size is 113, expected a share above 0 and up to 1, which is all, or a whole number of elements from 2 to 112 (all weights of the backbone: |W| ≤ Σ|K_i|).',
  },
  {
    what: 'a name that is taken',
    run: () =>
      rpgify(one(layers.activation({ activation: 'relu', inputShape: [3], name: 'rpg_ring' })), {
        ringSize: 2,
        seed: 1,
      }),
    error: "rpgify: a layer of the model has the name of a ring, 'rpg_ring'.",
  },
])('refuses $what', ({ run, error }) => {
  expect(run).toThrow(new RangeError(error));
});

const plain = (): tfl.LayersModel =>
  tfl.sequential({
    layers: [tfl.layers.dense({ units: 4, inputShape: [3], name: 'a' }), tfl.layers.dense({ units: 2, name: 'b' })],
  });

test.each<[object, string]>([
  [{ initialise: 'project' }, "rpgify: unknown option 'initialise', expected ringSize, seed, scope, exclude"],
  [{ initialize: 'x' }, "rpgify: initialize is not 'random' or 'project'."],
  [{ scope: 'local' }, "rpgify: scope is not 'global' or a function from a layer's name."],
  [{ exclude: 'head' }, 'rpgify: exclude is not a list of names or a function.'],
  [{ reflect: 'no' }, 'rpgify: reflect is not true or false.'],
  [{ scope: () => 7 }, "rpgify: scope gives 7 for layer 'a', expected a text of letters, digits and _ . - /."],
  [{ scope: () => 'a b' }, "rpgify: scope gives 'a b' for layer 'a', expected a text of letters, digits and _ . - /."],
  [
    { ringSize: 0.01 },
    'Ring size is 0.01, a share that comes to 0 of 20 elements, expected a share above 0 and up to 1, which is all',
  ],
  [{ seed: null }, 'seed is null, expected a non-empty text or a finite number.'],
])('%o is refused', (options, message) => {
  expect(() => rpgify(plain(), { ringSize: 0.5, seed: 1, ...options })).toThrow(message);
});
