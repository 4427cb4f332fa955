import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { countParameters, createRng, createWeightSource, type WeightSource } from 'rpg-core';
import { beforeAll, expect, test } from 'vitest';
import { type MultitaskModel, stackedSharpNet } from './model.js';
import type { WeightMode } from './weights.js';
import { normSharingOf, ringTable, subNetworkSize, table5Rows, weightModes, weightSourceConfig } from './weights.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

function build(weights: WeightMode, numStacks = 2): { model: MultitaskModel; source: WeightSource } {
  const norms = normSharingOf(weights);
  const model = stackedSharpNet({ numStacks, inputSize: 32, widthMultiplier: 1 / 16, norms });
  const config = weightSourceConfig(model.slots, { weights });
  return { model, source: createWeightSource(model.slots, config, createRng(1)) };
}

const { slots } = stackedSharpNet({ numStacks: 3, inputSize: 32, widthMultiplier: 1 / 16 });

test('the rows of table 5 that stack have the same number of convolution weights as the one that does not', () => {
  const sizes = table5Rows.map(({ weights, numStacks }) => {
    const { source } = build(weights, numStacks);
    const { ring } = countParameters(source);
    source.dispose();
    return ring;
  });
  expect(new Set(sizes).size).toBe(1);
  expect(table5Rows.map(({ weights }) => weights)).toEqual(weightModes);
});

test('what is each mode’s own: convolutions, then norms and biases', () => {
  const numNorms = (source: WeightSource): number =>
    [...source.trainables.keys()].filter((name) => name.endsWith('/gamma')).length;
  const found = weightModes.map((mode) => {
    const { source } = build(mode);
    const { ring, generated } = countParameters(source);
    const row = [mode, generated / ring, numNorms(source), source.statistics.size, source.plans.size];
    source.dispose();
    return row;
  });
  // Norms of one sub-network: 53 of the encoder (49 convolutions and 4 shortcuts), 19 of depth, 15 of normals.
  const perSubNetwork = 53 + 19 + 15;
  expect(found).toEqual([
    ['independent', 1, 2 * perSubNetwork, 4 * perSubNetwork, 0],
    ['shared-with-norms', 1, perSubNetwork, 2 * perSubNetwork, 0],
    ['shared', 2, 2 * perSubNetwork, 4 * perSubNetwork, 1],
    ['ring', 2, 2 * perSubNetwork, 4 * perSubNetwork, 15],
  ]);
});

test('shared: the same convolutions everywhere, other norms and biases', () => {
  const { model, source } = build('shared', 3);
  const weights = source.generate();
  const values = (name: string) => weights.get(model.slots.find((slot) => slot.name === name)!).dataSync();
  for (const part of ['encoder/stem/conv', 'encoder/layer4/block1/conv2', 'depth/up4/conv6', 'normals/up0/out']) {
    expect(values(`stack2/${part}/kernel`)).toEqual(values(`stack1/${part}/kernel`));
    expect(values(`stack3/${part}/kernel`)).toEqual(values(`stack1/${part}/kernel`));
  }
  expect(source.trainables.has('stack2/depth/up4/conv6/bias')).toBe(true);
  weights.dispose();
  source.dispose();
});

test('ring: corresponding blocks draw all of the same ring, in orders and with signs of their own', () => {
  const { model, source } = build('ring');
  const ring = source.plans.get('ring/encoder/layer1')!;
  const blocks = ring.slots.map(({ slot }) => slot.name.split('/').slice(0, 3).join('/'));
  expect([...new Set(blocks)]).toEqual(['stack1/encoder/layer1', 'stack2/encoder/layer1']);
  expect([...source.plans.keys()]).toEqual(ringTable(model.slots).map((row) => `ring/${row.ring}`));
  for (const row of ringTable(model.slots)) {
    expect(source.plans.get(`ring/${row.ring}`)!.ringSize).toBe(row.blockSize);
  }
  const weights = source.generate();
  const values = (stack: number) => {
    const name = `stack${stack}/encoder/layer1/block2/conv2/kernel`;
    return weights.get(model.slots.find((slot) => slot.name === name)!).dataSync();
  };
  expect(values(1)).not.toEqual(values(2));
  weights.dispose();
  source.dispose();
});

test('the table of rings at full width', () => {
  const full = stackedSharpNet({ numStacks: 2, inputSize: 256 });
  const rows = ringTable(full.slots);
  expect(rows.map(({ ring, numConvs, blockSize }) => [ring, numConvs, blockSize])).toEqual([
    ['encoder/stem', 1, 9_408],
    ['encoder/layer1', 10, 212_992],
    ['encoder/layer2', 13, 1_212_416],
    ['encoder/layer3', 19, 7_077_888],
    ['encoder/layer4', 10, 14_942_208],
    ['depth/up4', 6, 66_060_288],
    ['depth/up3', 6, 21_233_664],
    ['depth/up2', 2, 2_949_120],
    ['depth/up1', 2, 331_776],
    ['depth/up0', 3, 20_880],
    ['normals/up4', 4, 47_185_920],
    ['normals/up3', 4, 16_515_072],
    ['normals/up2', 2, 2_949_120],
    ['normals/up1', 2, 331_776],
    ['normals/up0', 3, 21_168],
  ]);
  expect(rows[1]).toMatchObject({
    blocks: ['stack1/encoder/layer1', 'stack2/encoder/layer1'],
    numGenerated: 2 * 212_992,
  });
  expect(subNetworkSize(full.slots)).toBe(181_053_696);
  expect(rows.reduce((sum, { blockSize }) => sum + blockSize, 0)).toBe(181_053_696);
});

test('settings go through', () => {
  expect(
    weightSourceConfig(slots, { weights: 'ring', ringSize: 0.25, sampling: 'sequential', reflect: false }),
  ).toMatchObject({ kind: 'ring', ringSize: 0.25, sampling: 'sequential', reflect: false });
  expect(weightSourceConfig(slots, { weights: 'ring' })).toMatchObject({ ringSize: subNetworkSize(slots) });
});

test('sharing the norms needs a model that was built so', () => {
  expect(() => weightSourceConfig(slots, { weights: 'shared-with-norms' })).toThrow(
    new RangeError(
      "Weights 'shared-with-norms' got the slots of several sub-networks, expected those of one: build the model with " +
        "norms: 'shared'.",
    ),
  );
});
