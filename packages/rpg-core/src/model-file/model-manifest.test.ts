import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { type ManifestChange, type SlotsJson, spoiledManifest } from '../../test/spoiled-manifest.js';
import { unpackModel } from './load-model.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const sourceOf = (m: SlotsJson, slot: number): Record<string, unknown> =>
  m.slots[slot]!.source as Record<string, unknown>;

test.each<{ what: string; change: ManifestChange; error: Error }>([
  { what: 'no JSON', change: () => '{', error: new TypeError('Not a model of rpg-core: the manifest is not JSON.') },
  {
    what: 'a name twice',
    change: () => '{"a":1,"a":2}',
    error: new TypeError('Not a model of rpg-core: the manifest is JSON that has the key "a" twice.'),
  },
  {
    what: 'another format',
    change: (m) => void (m.format = 'onnx'),
    error: new TypeError("Not a model of rpg-core: its format is not 'rpg-model'."),
  },
  {
    what: 'a list',
    change: () => '[]',
    error: new TypeError("Not a model of rpg-core: its format is not 'rpg-model'."),
  },
  {
    what: 'a later version',
    change: (m) => void (m.version = 2),
    error: new RangeError('The model has version 2, this rpg-core reads 1; use the release that wrote it.'),
  },
  {
    what: 'no version',
    change: (m) => {
      delete m.version;
    },
    error: new RangeError('The model has version none, this rpg-core reads 1; use the release that wrote it.'),
  },
  {
    what: 'a tf.LayersModel',
    change: (m) => void (m.content = 'layers'),
    error: new RangeError('unpackModel reads models of slots, this one holds layers; use unpackLayersModel.'),
  },
  {
    what: 'an unknown field',
    change: (m) => void (m.licence = 'x'),
    error: new TypeError(
      'manifest has the unknown field "licence"; its fields are format, version, content, seed, rings, slots, metadata.',
    ),
  },
  {
    what: 'an unknown field deep inside',
    change: (m) => void (m.slots[1]!.valueOf = 1 as never),
    error: new TypeError(
      'manifest.slots[1] has the unknown field "valueOf"; its fields are name, shape, role, initializer, source.',
    ),
  },
  {
    what: 'a missing field',
    change: (m) => {
      delete m.rings[0]!.storage;
    },
    error: new TypeError(
      'manifest.rings[0] lacks "storage"; its fields are name, ringSize, standardDeviation, origin, storage.',
    ),
  },
  {
    what: 'a shape of fractions',
    change: (m) => void (m.slots[1]!.shape = [1, 2.5]),
    error: new TypeError('manifest.slots[1].shape[1] is 2.5, expected an integer from 1 to 1073741824.'),
  },
  {
    what: 'an unknown role',
    change: (m) => void (m.slots[0]!.role = 'heart'),
    error: new TypeError(
      'manifest.slots[0].role is "heart", expected one of "backbone", "stem", "head", "norm", "bias", "statistics".',
    ),
  },
  {
    what: 'an unknown initializer',
    change: (m) => void (m.slots[0]!.initializer = {}),
    error: new TypeError(
      'manifest.slots[0].initializer.kind is missing, expected one of "normal", "uniform", "constant".',
    ),
  },
  {
    what: 'a scale that is no number',
    change: (m) => void (sourceOf(m, 1).scale = null),
    error: new TypeError('manifest.slots[1].source.scale is null, expected a finite number.'),
  },
  {
    what: 'control characters in a name',
    change: (m) => void (m.slots[0]!.name = 'a\u001b[31m'),
    error: new TypeError('manifest.slots[0].name is "a\\u001b[31m", expected a name of 1 to 512 characters.'),
  },
])('refuses $what', async ({ change, error }) => {
  const bytes = await spoiledManifest(change);
  await expect(unpackModel(bytes)).rejects.toThrow(error);
  await expect(unpackModel(bytes)).rejects.toBeInstanceOf(error.constructor);
});
