import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, expect, test } from 'vitest';
import { fed, ring, sequential } from '../../test/ring-models.js';
import { rpgDense, rpgRing } from './ring-fed-layers.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

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
])('refuses $what', ({ run, error }) => {
  expect(run).toThrow(new RangeError(error));
});

test('an unknown ring among several is told from the known ones', () => {
  const input = tfl.input({ shape: [3] });
  const first = rpgRing({ ringSize: 2, seed: 1, name: 'r1' }).apply(input) as tfl.SymbolicTensor;
  const both = rpgRing({ ringSize: 2, seed: 2, name: 'r2' }).apply(first) as tfl.SymbolicTensor;
  expect(() => rpgDense({ units: 1, name: 'd', ring: 'r3' }).apply(both)).toThrow(
    /^Layer 'd' wants the ring 'r3' upstream, but there is 'r[12]', 'r[12]'; use one of these names in `ring`\.$/,
  );
});
