import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test } from 'vitest';
import { generateReference } from '../generation-plan.js';
import { createRng } from '../rng.js';
import { createWeightSource } from '../weight-source.js';
import {
  registerRpgLayers,
  rpgConv2d,
  rpgConv2dTranspose,
  rpgDense,
  rpgDepthwiseConv2d,
  rpgEmbedding,
  rpgRing,
  rpgSeparableConv2d,
} from './ring-fed-layers.js';
import { RpgRing } from './rpg-ring.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const read = (tensor: tf.Tensor | tf.Tensor[]): number[] => [...(tensor as tf.Tensor).dataSync()];
function ringOf(model: tfl.LayersModel, name?: string): RpgRing {
  const ring = model.layers.find((layer) => layer instanceof RpgRing && (name ?? layer.name) === layer.name);
  if (!(ring instanceof RpgRing)) throw new Error('no ring');
  return ring;
}
const isVariable = (tensor: tf.Tensor | undefined): tensor is tf.Variable => tensor instanceof tf.Variable;
function variableOf(weight: tfl.LayerVariable | undefined): tf.Variable {
  const variable = weight?.read();
  if (!isVariable(variable)) throw new Error('no variable');
  return variable;
}
function copyOf(model: tfl.Sequential): tfl.Sequential {
  return tfl.Sequential.fromConfig<tfl.Sequential>(tfl.Sequential, model.getConfig() as tf.serialization.ConfigDict);
}
/** Generated kernels by slot name, by plain arithmetic. */
function kernelsOf(ring: RpgRing): Map<string, tf.Tensor> {
  const flat = generateReference(ring.plan, Float32Array.from(read(ring.getWeights()[0]!)));
  return new Map(
    ring.plan.slots.map(({ slot, offset }) => [
      slot.name,
      tf.tensor(flat.slice(offset, offset + slot.size), [...slot.shape]),
    ]),
  );
}

type LayerOf = (settings: object) => tfl.layers.Layer;
const image = [6, 6, 4];
const cases: {
  name: string;
  inputShape: number[];
  ringFed: LayerOf;
  stock: LayerOf;
  settings: object;
  kernels: string[];
}[] = [
  {
    name: 'conv2d',
    inputShape: image,
    ringFed: (s) => rpgConv2d({ filters: 6, kernelSize: 3, ...s }),
    stock: (s) => tfl.layers.conv2d({ filters: 6, kernelSize: 3, ...s }),
    settings: { strides: 2, padding: 'same', activation: 'relu' },
    kernels: ['kernel'],
  },
  {
    name: 'conv2d, channels first, without bias',
    inputShape: image,
    ringFed: (s) => rpgConv2d({ filters: 6, kernelSize: [3, 2], ...s }),
    stock: (s) => tfl.layers.conv2d({ filters: 6, kernelSize: [3, 2], ...s }),
    settings: { useBias: false, dataFormat: 'channelsFirst', activation: 'tanh' },
    kernels: ['kernel'],
  },
  {
    name: 'depthwise conv2d',
    inputShape: image,
    ringFed: (s) => rpgDepthwiseConv2d({ kernelSize: 3, ...s }),
    stock: (s) => tfl.layers.depthwiseConv2d({ kernelSize: 3, ...s }),
    settings: { depthMultiplier: 2, activation: 'elu' },
    kernels: ['depthwise_kernel'],
  },
  {
    name: 'separable conv2d',
    inputShape: image,
    ringFed: (s) => rpgSeparableConv2d({ filters: 5, kernelSize: 3, ...s }),
    stock: (s) => tfl.layers.separableConv2d({ filters: 5, kernelSize: 3, ...s }),
    settings: { padding: 'same', depthMultiplier: 2 },
    kernels: ['depthwise_kernel', 'pointwise_kernel'],
  },
  {
    name: 'conv2d transpose',
    inputShape: image,
    ringFed: (s) => rpgConv2dTranspose({ filters: 3, kernelSize: 3, ...s }),
    stock: (s) => tfl.layers.conv2dTranspose({ filters: 3, kernelSize: 3, ...s }),
    settings: { strides: 2, padding: 'same', activation: 'sigmoid' },
    kernels: ['kernel'],
  },
  {
    name: 'dense',
    inputShape: [7],
    ringFed: (s) => rpgDense({ units: 9, ...s }),
    stock: (s) => tfl.layers.dense({ units: 9, ...s }),
    settings: { activation: 'softmax', biasInitializer: 'ones' },
    kernels: ['kernel'],
  },
  {
    name: 'dense over a sequence',
    inputShape: [3, 7],
    ringFed: (s) => rpgDense({ units: 9, ...s }),
    stock: (s) => tfl.layers.dense({ units: 9, ...s }),
    settings: { activation: 'relu' },
    kernels: ['kernel'],
  },
  {
    name: 'embedding',
    inputShape: [5],
    ringFed: (s) => rpgEmbedding({ inputDim: 11, outputDim: 6, ...s }),
    stock: (s) => tfl.layers.embedding({ inputDim: 11, outputDim: 6, ...s }),
    settings: {},
    kernels: ['embeddings'],
  },
];

describe.each(cases)('$name', ({ name, inputShape, ringFed, stock, settings, kernels }) => {
  const build = (): { model: tfl.Sequential; ring: RpgRing } => {
    const ring = rpgRing({ ringSize: 20, seed: 'a', inputShape });
    return { model: tfl.sequential({ layers: [ring, ringFed({ ...settings, name: 'fed' })] }), ring };
  };
  const input = (): tf.Tensor =>
    name === 'embedding' ? tf.tensor2d([[0, 3, 10, 3, 7]]) : tf.randomNormal([2, ...inputShape], 0, 1, 'float32', 3);

  test('is the stock layer with the generated kernel', () => {
    const { model, ring } = build();
    const plain = tfl.sequential({ layers: [stock({ ...settings, inputShape })] });
    const [generated, fed] = [kernelsOf(ring), model.getLayer('fed')];
    expect([...generated.keys()]).toEqual(kernels.map((kernel) => `fed/${kernel}`));
    plain.layers[0]!.setWeights([...generated.values(), ...fed.getWeights()]);
    const x = input();
    expect(model.outputs[0]!.shape).toEqual(plain.outputs[0]!.shape);
    expect(read(model.predict(x))).toEqual(read(plain.predict(x)));
  });

  test('trains the ring once, and its own bias', () => {
    const { model, ring } = build();
    const names = model.trainableWeights.map((weight) => weight.originalName.split('/').slice(-2).join('/'));
    expect(names).toEqual([
      `${ring.name}/ring`,
      ...(('useBias' in settings && !settings.useBias) || name === 'embedding' ? [] : ['fed/bias']),
    ]);
    expect(model.countParams()).toBe(
      model.weights.reduce((sum, { shape }) => sum + tf.util.sizeFromShape(shape.map(Number)), 0),
    );
  });

  test('the gradient of the ring agrees with central differences', () => {
    const { model } = build();
    const x = input();
    const target = tf.randomNormal(
      model.outputs[0]!.shape.map((size) => size ?? x.shape[0]),
      0,
      1,
      'float32',
      5,
    );
    const variable = variableOf(model.trainableWeights[0]);
    const loss = (): tf.Scalar => tf.sum(tf.mul(target, model.apply(x) as tf.Tensor));
    const { grads } = tf.variableGrads(loss, [variable]);
    const gradient = read(grads[variable.name]!);
    const start = Float32Array.from(read(variable));
    const step = 0.003 * Math.hypot(...start);
    const at = (value: Float32Array): number => {
      const tensor = tf.tensor1d(value);
      variable.assign(tensor);
      return read(loss())[0]!;
    };
    const scale = Math.max(...gradient.map(Math.abs));
    const errors = gradient.map((g, i) => {
      const difference = (at(start.with(i, start[i]! + step)) - at(start.with(i, start[i]! - step))) / (2 * step);
      return Math.abs(g - difference) / scale;
    });
    errors.sort((a, b) => a - b);
    // kinks of relu may lie within a step of a few elements
    expect(errors[Math.floor(0.7 * errors.length)]).toBeLessThan(0.03);
  });

  test('survives toJSON and back with the same answers', async () => {
    const { model } = build();
    const x = input();
    const saved = await saveInMemory(model);
    const loaded = await tfl.loadLayersModel(tfIo(saved));
    expect(read(loaded.predict(x))).toEqual(read(model.predict(x)));
    const again = await tfl.loadLayersModel(tfIo(await saveInMemory(loaded)));
    expect(again.toJSON(undefined, false)).toEqual(loaded.toJSON(undefined, false));
  });
});

async function saveInMemory(model: tfl.LayersModel): Promise<tf.io.ModelArtifacts> {
  let saved: tf.io.ModelArtifacts | undefined;
  await model.save({
    save: (artifacts) => {
      saved = JSON.parse(JSON.stringify({ ...artifacts, weightData: undefined })) as tf.io.ModelArtifacts;
      saved.weightData = artifacts.weightData as ArrayBuffer;
      return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } });
    },
  });
  return saved!;
}
const tfIo = (artifacts: tf.io.ModelArtifacts): tf.io.IOHandler => ({ load: () => Promise.resolve(artifacts) });

describe('groups', () => {
  test('are convolutions side by side', () => {
    const ring = rpgRing({ ringSize: 30, seed: 1, inputShape: [5, 5, 4] });
    const model = tfl.sequential({
      layers: [
        ring,
        rpgConv2d({ filters: 6, kernelSize: 3, groups: 2, activation: 'relu', biasInitializer: 'ones', name: 'fed' }),
      ],
    });
    const kernel = kernelsOf(ring).get('fed/kernel') as tf.Tensor4D;
    expect(kernel.shape).toEqual([3, 3, 2, 6]);
    const x = tf.randomNormal<tf.Rank.R4>([2, 5, 5, 4], 0, 1, 'float32', 1);
    const half = (i: number): tf.Tensor4D =>
      tf.conv2d(
        tf.slice4d(x, [0, 0, 0, 2 * i], [2, 5, 5, 2]),
        tf.slice4d(kernel, [0, 0, 0, 3 * i], [3, 3, 2, 3]),
        1,
        'valid',
      );
    expect(read(model.predict(x))).toEqual(read(tf.relu(tf.add(tf.concat([half(0), half(1)], 3), 1))));
    const first = model.layers[1]!;
    expect(first.getConfig()).toMatchObject({ groups: 2, filters: 6 });
  });

  test('channels first', () => {
    const build = (dataFormat: 'channelsFirst' | 'channelsLast', inputShape: number[]): tfl.Sequential =>
      tfl.sequential({
        layers: [
          rpgRing({ ringSize: 30, seed: 1, inputShape }),
          rpgConv2d({ filters: 6, kernelSize: 3, groups: 2, dataFormat }),
        ],
      });
    const x = tf.randomNormal<tf.Rank.R4>([2, 5, 5, 4], 0, 1, 'float32', 1);
    const last = build('channelsLast', [5, 5, 4]).predict(x) as tf.Tensor;
    const first = build('channelsFirst', [4, 5, 5]).predict(tf.transpose(x, [0, 3, 1, 2])) as tf.Tensor;
    expect(first.shape).toEqual([2, 6, 3, 3]);
    expect(read(tf.transpose(first, [0, 2, 3, 1]))).toEqual(read(last));
  });

  test.each([
    [{ groups: 4 }, "Layer 'c': groups is 4, expected a positive integer that divides 6 filters."],
    [{ groups: 0 }, "Layer 'c': groups is 0, expected a positive integer that divides 6 filters."],
    [{ groups: 3 }, "Layer 'c': 3 groups do not divide 4 channels in."],
  ])('%o is refused', (settings, message) => {
    expect(() =>
      tfl.sequential({
        layers: [
          rpgRing({ ringSize: 30, seed: 1, inputShape: [5, 5, 4] }),
          rpgConv2d({ name: 'c', filters: 6, kernelSize: 3, ...settings }),
        ],
      }),
    ).toThrow(new RangeError(message));
  });
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
    expect(tf.memory().numTensors).toBe(before);
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
    expect(count(() => void model.predict(x()))).toEqual({ forward: 2, backward: 0 }); // two batches of 32
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
