import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { createRng, createWeightSource, SlotCollector } from 'rpg-core';
import { conv2d } from 'rpg-core/layers';
import { expect, test } from 'vitest';
import { parameterTable } from './parameter-table.js';

test('parts that are there, their sum, and the same without sharing', async () => {
  await tf.setBackend('cpu');
  const slots = new SlotCollector();
  const options = { inChannels: 2, outChannels: 5, kernelSize: 1 } as const;
  conv2d(slots, { ...options, name: 'a', role: 'backbone' });
  conv2d(slots, { ...options, name: 'b', role: 'backbone', useBias: true });
  conv2d(slots, { ...options, name: 'c', role: 'head' });
  const source = createWeightSource(slots.slots, { kind: 'ring', ringSize: 8 }, createRng(1));
  expect(parameterTable(source, { generated: 'backbone', unshared: 'unshared', note: 'Counted.' })).toEqual({
    kind: 'table',
    title: 'Parameters',
    note: 'Counted.',
    columns: [{ name: 'part' }, { name: 'this network', align: 'right' }, { name: 'unshared', align: 'right' }],
    rows: [
      ['backbone', '8', '20'],
      ['head', '10', '10'],
      ['biases', '5', '5'],
      ['total', '23', '35'],
      ['size as float32', '0.00 MB', '0.00 MB'],
    ],
    highlightedRow: 3,
  });
  source.dispose();
});
