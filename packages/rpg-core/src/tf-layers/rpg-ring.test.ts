import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test } from 'vitest';
import { copyOf, kernelsOf, read, ringOf, saveInMemory, tfIo, variableOf } from '../../test/ring-models.js';
import { createRng } from '../ring/rng.js';
import { createWeightSource } from '../weights/weight-source.js';
import { registerRpgLayers, rpgDense, rpgEmbedding, rpgRing } from './ring-fed-layers.js';
import type { RpgRing } from './rpg-ring.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('a ring in a model', () => {
  /** y = x·A, learnt by two dense layers of 8·8 weights each. */
  const toy = (): { model: tfl.Sequential; ring: RpgRing } => {
    const ring = rpgRing({ ringSize: 64, seed: 'toy', inputShape: [8] });
    const model = tfl.sequential({
      layers: [ring, rpgDense({ units: 8, activation: 'relu', name: 'one' }), rpgDense({ units: 1, name: 'two' })],
    });
    return { model, ring };
  };
  const x = (): tf.Tensor2D => tf.randomNormal([64, 8], 0, 1, 'float32', 1);
  const y = (inputs: tf.Tensor2D): tf.Tensor2D => tf.sum(tf.slice2d(inputs, [0, 0], [64, 3]), 1, true);

  test('learns with fit, and leaves no tensors behind', async () => {
    const { model } = toy();
    model.compile({ optimizer: tf.train.adam(0.02), loss: 'meanSquaredError' });
    const [inputs, targets] = [x(), y(x())];
    const first = read(model.evaluate(inputs, targets))[0]!;
    await model.fit(inputs, targets, { epochs: 1 });
    const before = tf.memory().numTensors;
    const { history } = await model.fit(inputs, targets, { epochs: 60, batchSize: 16 });
    (model.predict(inputs) as tf.Tensor).dispose();
    expect(tf.memory().numTensors).toBe(before + 2); // kernels kept for the next prediction
    expect(history.loss!.at(-1)).toBeLessThan(0.2 * first);
  });

  test('starts as a weight source of the same seed and slots', () => {
    const { model, ring } = toy();
    const source = createWeightSource(
      ring.plan.slots.map(({ slot }) => slot),
      { kind: 'ring', ringSize: 64 },
      createRng('toy'),
    );
    expect(read(model.getLayer(ring.name).getWeights()[0]!)).toEqual(read(source.trainables.get('ring')!));
    expect(ring.plan.signedIndices).toEqual(source.plans.get('ring')!.signedIndices);
  });

  test('with another start of W kernels start alike, and the model that is loaded has it, too', () => {
    const modelOf = (ringStandardDeviation?: number): tfl.Sequential => {
      const start = ringStandardDeviation === undefined ? {} : { ringStandardDeviation };
      const ring = rpgRing({ ringSize: 64, seed: 'toy', inputShape: [8], name: 'ring', ...start });
      return tfl.sequential({
        layers: [ring, rpgDense({ units: 8, name: 'one' }), rpgDense({ units: 1, name: 'two' })],
      });
    };
    const [usual, small] = [modelOf(), modelOf(0.01)];
    const inputs = x();
    const expected = read(usual.predict(inputs));
    read(small.predict(inputs)).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 4);
    });
    expect(ringOf(small).plan.ringStandardDeviation).toBe(0.01);
    expect(ringOf(copyOf(small)).plan.ringStandardDeviation).toBe(0.01);
    expect(() => read(modelOf(-1).predict(inputs) as tf.Tensor)).toThrow(RangeError);
  });

  test('generates once a forward pass, whatever the number of layers', () => {
    const { model } = toy();
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    const count = (run: () => void): { forward: number; backward: number } => {
      const names: string[] = [];
      const runKernel = tf.engine().runKernel.bind(tf.engine());
      tf.engine().runKernel = (name, ...rest) => {
        names.push(name);
        return runKernel(name, ...rest);
      };
      tf.tidy(run);
      tf.engine().runKernel = runKernel;
      return {
        forward: names.filter((name) => name === 'RpgGenerate').length,
        backward: names.filter((name) => name === 'RpgGenerateGrad').length,
      };
    };
    expect(count(() => void model.predict(x()))).toEqual({ forward: 1, backward: 0 }); // for two batches of 32
    const weights = model.trainableWeights.map(variableOf);
    const loss = (): tf.Scalar => tf.sum(model.apply(x()) as tf.Tensor);
    expect(count(() => void tf.variableGrads(loss, weights))).toEqual({ forward: 1, backward: 1 });
  });

  test('a layer of its own, outside a forward pass, generates afresh: after an update and on another tape', () => {
    const { model, ring } = toy();
    const fed = model.getLayer('one');
    const variable = variableOf(model.trainableWeights[0]);
    tf.tidy(() => {
      const inputs = x();
      const before = read(model.predict(inputs));
      expect(before).toHaveLength(64);
      const direct = read(fed.apply(inputs) as tf.Tensor);
      variable.assign(tf.mul(variable, 2));
      expect(read(fed.apply(inputs) as tf.Tensor)).toEqual(direct.map((value) => 2 * value));
      model.predict(inputs);
      const { grads } = tf.variableGrads(() => tf.sum(fed.apply(inputs) as tf.Tensor), [variable]);
      expect(Math.max(...read(grads[variable.name]!))).toBeGreaterThan(0);
    });
    expect(ring.slots).toHaveLength(2);
  });

  test('a frozen layer sends no gradient to the ring, a frozen ring gets none', () => {
    const { model, ring } = toy();
    const gradientOf = (): number[] => {
      const variable = variableOf(ring.weights[0]);
      const { grads } = tf.variableGrads(() => tf.sum(tf.square(model.apply(x()) as tf.Tensor)), [variable]);
      return read(grads[variable.name]!);
    };
    expect(gradientOf().filter((g) => g !== 0).length).toBeGreaterThan(32);
    model.getLayer('one').trainable = false;
    // only the 8 weights of the second layer are left
    expect(gradientOf().filter((g) => g !== 0).length).toBeLessThanOrEqual(8);
    expect(model.trainableWeights.map(({ originalName }) => originalName.split('/').at(-1))).toEqual(['ring', 'bias']);
    ring.trainable = false;
    expect(model.trainableWeights.map(({ originalName }) => originalName)).toEqual(['two/bias']);
    expect(model.nonTrainableWeights).toHaveLength(2);
  });

  test('regularisers of generated kernels and of the ring add to the loss', () => {
    const build = (settings: object, ringSettings: object): tfl.Sequential =>
      tfl.sequential({
        layers: [
          rpgRing({ ringSize: 16, seed: 2, inputShape: [4], ...ringSettings }),
          rpgDense({ units: 4, name: 'fed', ...settings }),
        ],
      });
    const lossOf = (model: tfl.Sequential): number => {
      // the model that tf.Sequential wraps knows the losses of its layers
      const losses = model.layers.flatMap((layer) => layer.calculateLosses());
      return losses.reduce((sum, loss) => sum + read(loss)[0]!, 0);
    };
    const kernel = build({ kernelRegularizer: tfl.regularizers.l2({ l2: 0.5 }) }, {});
    const [generated] = kernelsOf(ringOf(kernel)).values();
    expect(lossOf(kernel)).toBeCloseTo(0.5 * read(tf.sum(tf.square(generated!)))[0]!, 5);
    const ring = build({}, { ringRegularizer: tfl.regularizers.l2({ l2: 0.25 }) });
    expect(lossOf(ring)).toBeCloseTo(0.25 * read(tf.sum(tf.square(ringOf(ring).getWeights()[0]!)))[0]!, 5);
    const copy = copyOf(ring);
    expect(lossOf(copy)).toBeCloseTo(lossOf(ring), 6);
  });

  test('masks pass through the ring and through dense', () => {
    registerRpgLayers();
    const input = tfl.input({ shape: [4] });
    const ids = rpgRing({ ringSize: 40, seed: 3 }).apply(input) as tfl.SymbolicTensor;
    const embedded = rpgEmbedding({ inputDim: 10, outputDim: 4, maskZero: true }).apply(ids) as tfl.SymbolicTensor;
    const dense = rpgDense({ units: 5 }).apply(embedded) as tfl.SymbolicTensor;
    const output = tfl.layers
      .simpleRNN({ units: 2, kernelInitializer: 'ones', recurrentInitializer: 'zeros' })
      .apply(dense) as tfl.SymbolicTensor;
    const model = tfl.model({ inputs: input, outputs: output });
    // behind a mask the state stays that of the last unmasked step
    const [padded, short] = [[[3, 7, 0, 0]], [[7, 7, 7, 7]]].map((row) =>
      read(model.predict(tf.tensor2d(row)) as tf.Tensor),
    );
    expect(padded).toEqual(short);
  });

  test('several inputs, several rings, shared layers', () => {
    const inputs = [tfl.input({ shape: [4] }), tfl.input({ shape: [4] })];
    const outer = rpgRing({ ringSize: 8, seed: 1, name: 'outer' }).apply(inputs) as tfl.SymbolicTensor[];
    const inner = rpgRing({ ringSize: 10, seed: 2, name: 'inner' }).apply(outer) as tfl.SymbolicTensor[];
    const shared = rpgDense({ units: 4, ring: 'outer', name: 'shared' });
    const joined = tfl.layers
      .add()
      .apply(inner.map((x) => shared.apply(x) as tfl.SymbolicTensor)) as tfl.SymbolicTensor;
    const output = rpgDense({ units: 3, ring: 'inner', name: 'last' }).apply(joined) as tfl.SymbolicTensor;
    const model = tfl.model({ inputs, outputs: output });
    expect(model.trainableWeights.map(({ originalName }) => originalName)).toEqual([
      'outer/ring',
      'inner/ring',
      'shared/bias',
      'last/bias',
    ]);
    const [a, b] = [tf.ones([1, 4]), tf.randomNormal([1, 4], 0, 1, 'float32', 2)];
    const kernel = (ring: string, name: string): tf.Tensor => kernelsOf(ringOf(model, ring)).get(name)!;
    const sum = tf.add(a, b);
    const expected = tf.matMul(tf.matMul(sum, kernel('outer', 'shared/kernel')), kernel('inner', 'last/kernel'));
    read(model.predict([a, b])).forEach((value, i) => {
      expect(value).toBeCloseTo(read(expected)[i]!, 5);
    });
  });

  test('a part of a model still finds its kernels', () => {
    const { model } = toy();
    const part = tfl.model({ inputs: model.inputs, outputs: model.getLayer('one').output });
    expect(read(part.predict(x()) as tf.Tensor)).toEqual(read(model.getLayer('one').apply(x()) as tf.Tensor));
  });

  test('branches are dealt out in the order of building, also after loading', async () => {
    const input = tfl.input({ shape: [4] });
    const fed = rpgRing({ ringSize: 20, seed: 9, name: 'r' }).apply(input) as tfl.SymbolicTensor;
    const shortcut = rpgDense({ units: 4, name: 'shortcut' });
    const long = rpgDense({ units: 4, name: 'long2' }).apply(
      rpgDense({ units: 4, name: 'long1' }).apply(fed),
    ) as tfl.SymbolicTensor;
    const output = tfl.layers.add().apply([long, shortcut.apply(fed) as tfl.SymbolicTensor]) as tfl.SymbolicTensor;
    const model = tfl.model({ inputs: input, outputs: output });
    const loaded = await tfl.loadLayersModel(tfIo(await saveInMemory(model)));
    expect(ringOf(loaded).slots.map(({ name }) => name)).toEqual(['long1/kernel', 'long2/kernel', 'shortcut/kernel']);
    expect(read(loaded.predict(tf.ones([1, 4])) as tf.Tensor)).toEqual(
      read(model.predict(tf.ones([1, 4])) as tf.Tensor),
    );
    // two copies of one model have a ring each
    const again = await tfl.loadLayersModel(tfIo(await saveInMemory(model)));
    ringOf(again).setWeights([tf.zeros([20])]);
    expect(read(loaded.predict(tf.ones([1, 4])) as tf.Tensor)).not.toEqual(
      read(again.predict(tf.ones([1, 4])) as tf.Tensor),
    );
  });

  test('disposing a model frees everything', () => {
    const before = tf.memory().numTensors;
    const { model } = toy();
    const inputs = x();
    (model.predict(inputs) as tf.Tensor).dispose();
    inputs.dispose();
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
