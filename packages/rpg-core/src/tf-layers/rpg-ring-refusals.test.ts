import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test } from 'vitest';
import { copyOf } from '../../test/ring-models.js';
import { rpgDense, rpgRing } from './ring-fed-layers.js';
import type { RpgRing } from './rpg-ring.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('what is refused', () => {
  const sequential = (...layers: tfl.layers.Layer[]) => tfl.sequential({ layers });
  const ring = (settings: object = {}): RpgRing =>
    rpgRing({ ringSize: 4, seed: 1, name: 'r', inputShape: [4], ...settings });
  const fed = (settings: object = {}) => rpgDense({ units: 2, name: 'd', ...settings });

  test.each<{ what: string; run: () => unknown; error: string }>([
    {
      what: 'no ring',
      run: () => sequential(rpgDense({ units: 2, name: 'd', inputShape: [4] })),
      error:
        "Layer 'd' wants a ring upstream, but there is none; apply rpgRing({ ringSize, seed }) to the model's inputs first " +
        '(in a sequential model: add it first, with inputShape).',
    },
    {
      what: 'a ring of another name',
      run: () => sequential(ring(), fed({ ring: 's' })),
      error: "Layer 'd' wants the ring 's' upstream, but there is 'r'; use one of these names in `ring`.",
    },
    {
      what: 'two rings and no name',
      run: () => sequential(ring(), ring({ name: 's' }), fed()),
      error: "Layer 'd' has several rings upstream: 's', 'r'; name one of them in its `ring` setting.",
    },
    {
      what: 'a tensor instead of a model',
      run: () => fed().apply(tf.ones([1, 4])),
      error:
        "Layer 'd' was applied to a tensor before it was part of a model; a ring-fed layer finds its ring in the model, so " +
        'apply it to symbolic tensors first.',
    },
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
      what: 'a ring larger than what it feeds',
      run: () => sequential(ring({ ringSize: 9 }), fed()).predict(tf.ones([1, 4])),
      error:
        "Ring 'r' has 9 elements but feeds 8 weights, expected at most as many elements (|W| ≤ Σ|K_i|). Make it smaller, or " +
        'put more layers on it.',
    },
    {
      what: 'a late layer',
      run: () => {
        const model = sequential(ring(), fed());
        model.predict(tf.ones([1, 4]));
        model.add(fed({ name: 'late' }));
      },
      error: "Ring 'r' was dealt out before late/kernel came; build all layers before weights are first read.",
    },
    {
      what: 'a layer added to a saved model',
      run: () => {
        const model = sequential(ring(), fed());
        const copy = copyOf(model);
        copy.add(fed({ name: 'new' }));
      },
      error:
        "Ring 'r' has no slot for new/kernel of [2, 2]; its slots were fixed when the model was saved or converted. Give new " +
        'layers a ring of their own.',
    },
    {
      what: 'a broken ring size',
      run: () => ring({ ringSize: 0.5 }),
      error:
        "Ring 'r': ringSize is 0.5, expected a positive integer: a number of elements; only rpgify and createWeightSource " +
        'also take shares.',
    },
    {
      what: 'a withheld seed',
      run: () => ring({ seed: null }),
      error:
        "Ring 'r' has no seed, expected a string or a number. If the model was saved with its seed withheld, " +
        'unpackLayersModel takes the seed.',
    },
    {
      what: 'two layers of one name',
      run: () => sequential(ring(), fed(), fed()),
      error: "Ring 'r' feeds d/kernel already; give each layer of a model its own name.",
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
    {
      what: 'a regulariser that nobody knows',
      run: () => ring({ ringRegularizer: { className: 'toString', config: {} } }),
      error: "Unknown regulariser 'toString'; register its class with tf.serialization first.",
    },
  ])('$what', ({ run, error }) => {
    expect(run).toThrow(new RangeError(error));
  });
});

test.each<[unknown, string]>([
  [undefined, 'rpgRing: expected settings, at least { ringSize, seed }.'],
  [
    { ringSize: 2, seed: 1, reflects: false },
    "rpgRing: unknown setting 'reflects', expected ringSize, seed, sampling, reflect, ringRegularizer, slots, or what all " +
      'layers take: name, inputShape ….',
  ],
  [{ ringSize: 2, seed: 1, reflect: 'no' }, 'rpgRing: reflect is not true or false.'],
  [{ ringSize: 2, seed: NaN }, 'seed is NaN, expected a non-empty text or a finite number.'],
])('a ring of %o is refused', (settings, message) => {
  expect(() => (rpgRing as unknown as (settings: unknown) => unknown)(settings)).toThrow(message);
});

test('a ring that feeds nothing is told', () => {
  const ring = rpgRing({ ringSize: 2, seed: 1, name: 'r2', inputShape: [3] });
  const model = tfl.sequential({ layers: [ring, tfl.layers.dense({ units: 1 })] });
  expect(() => model.predict(tf.ones([1, 3]))).toThrow(
    "No layer takes its weights from ring 'r2'; put rpgDense or another behind it, or remove it.",
  );
});

test('an unknown ring among several is told from the known ones', () => {
  const input = tfl.input({ shape: [3] });
  const first = rpgRing({ ringSize: 2, seed: 1, name: 'r1' }).apply(input) as tfl.SymbolicTensor;
  const both = rpgRing({ ringSize: 2, seed: 2, name: 'r2' }).apply(first) as tfl.SymbolicTensor;
  expect(() => rpgDense({ units: 1, name: 'd', ring: 'r3' }).apply(both)).toThrow(
    /^Layer 'd' wants the ring 'r3' upstream, but there is 'r[12]', 'r[12]'; use one of these names in `ring`\.$/,
  );
});
