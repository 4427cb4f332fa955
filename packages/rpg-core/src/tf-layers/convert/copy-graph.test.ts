import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, expect, test } from 'vitest';
import { allLayersOf, copyGraph, markedLayersOf } from './copy-graph.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const dense = (name: string): tfl.layers.Layer => tfl.layers.dense({ units: 3, useBias: false, name });
const apply = (layer: tfl.layers.Layer, input: tfl.SymbolicTensor): tfl.SymbolicTensor =>
  layer.apply(input) as tfl.SymbolicTensor;

/** first → inner(one → two) → inner again → last */
function nestedModel(): tfl.LayersModel {
  const input = tfl.input({ shape: [3], name: 'outside' });
  const inside = tfl.input({ shape: [3], name: 'inside' });
  const inner = tfl.model({ inputs: inside, outputs: apply(dense('two'), apply(dense('one'), inside)), name: 'inner' });
  const middle = apply(inner, apply(inner, apply(dense('first'), input)));
  return tfl.model({ inputs: input, outputs: apply(dense('last'), middle), name: 'outer' });
}
const namesOf = (layers: readonly tfl.layers.Layer[]): string[] => layers.map(({ name }) => name).toSorted();

test('layers of a model and of the models in it, each once', () => {
  expect(namesOf(allLayersOf(nestedModel()))).toEqual(['first', 'last', 'one', 'two']);
});

test('a mark on a model marks all layers in it', () => {
  const marked = (name: string): string[] =>
    namesOf(markedLayersOf(nestedModel(), (layer) => layer.name === name)).filter((each) => each !== 'inside');
  expect(marked('two')).toEqual(['two']);
  expect(marked('inner')).toEqual(['one', 'two']);
});

test('one graph is left, with each layer copied once and used as before', () => {
  const model = nestedModel();
  const asked: string[] = [];
  const copy = copyGraph(model, {
    behindInputs: (inputs) => inputs,
    copyLayer: (layer) => {
      asked.push(layer.name);
      return dense(layer.name);
    },
  });
  expect(asked.toSorted()).toEqual(['first', 'last', 'one', 'two']);
  expect(namesOf(copy.layers)).toEqual(['first', 'last', 'one', 'outside', 'two']);
  for (const layer of allLayersOf(model)) copy.getLayer(layer.name).setWeights(layer.getWeights());
  const x = tf.tensor2d([[1, 2, 3]]);
  expect([...(copy.predict(x) as tf.Tensor).dataSync()]).toEqual([...(model.predict(x) as tf.Tensor).dataSync()]);
});

test('what stands behind the inputs comes before all else', () => {
  const model = tfl.sequential({ layers: [tfl.layers.dense({ units: 1, useBias: false, inputShape: [2] })] });
  const double = tfl.layers.add();
  const copy = copyGraph(model, {
    behindInputs: ([input]) => [double.apply([input!, input!]) as tfl.SymbolicTensor],
    copyLayer: () => tfl.layers.dense({ units: 1, useBias: false, kernelInitializer: 'ones' }),
  });
  expect([...(copy.predict(tf.tensor2d([[3, 4]])) as tf.Tensor).dataSync()]).toEqual([14]);
});
