import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  createKey,
  createRng,
  createWeightSource,
  decodeSafetensors,
  encodeSafetensors,
  isKey,
  packModel,
  packModelFolder,
  type RingFormat,
  SlotCollector,
  unpackModel,
  type WeightSource,
  type WeightSourceConfig,
} from '../src/index.js';
import { MANIFEST_FILE, WEIGHTS_FILE } from '../src/model-file/model-file.js';
import { packModelFolderPieces } from '../src/model-file/pieces.js';
import { accuracyOf, CONFIGS, smallClassifier, smallSlots, trainedClassifier, valuesOf } from './small-models.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** Stands for a key made by createKey. */
const KEY = '3f8a1c5e9b2d7f604a8e1b3c5d7f9a20';
const bits = (values: Float32Array): Uint8Array => new Uint8Array(values.slice().buffer);
const make = (name = 'one ring') => createWeightSource(smallSlots(), CONFIGS[name]!, createRng('a/weights'));

describe.each(Object.keys(CONFIGS))('%s', (name) => {
  test('comes back bit for bit, from a file and from a folder', async () => {
    const source = make(name);
    const expected = valuesOf(source);
    for (const packed of [await packModel(source), await packModelFolder(source)]) {
      const { source: loaded } = await unpackModel(packed, { slots: smallSlots() });
      expect(bits(valuesOf(loaded))).toEqual(bits(expected));
      expect([...loaded.trainables.keys()]).toEqual([...source.trainables.keys()]);
      expect([...loaded.statistics.keys()]).toEqual([...source.statistics.keys()]);
      expect(loaded.slots).toEqual(source.slots);
      expect([loaded.ringSize, loaded.numGenerated]).toEqual([source.ringSize, source.numGenerated]);
      expect([...loaded.plans]).toEqual([...source.plans]);
      expect(await packModel(loaded)).toEqual(await packModel(source));
    }
  });

  test.each<[RingFormat, (largest: number) => number]>([
    ['float16', (largest) => largest * 2 ** -11],
    ['int8', (largest) => (largest / 254) * (1 + 2 ** -22)],
  ])('as %s the rings are within the bound, all else is exact', async (ringFormat, bound) => {
    const source = make(name);
    const { source: loaded } = await unpackModel(await packModel(source, { ringFormat }));
    for (const [variable, exact] of [...source.trainables, ...source.statistics]) {
      const [a, b] = [exact, loaded.trainables.get(variable) ?? loaded.statistics.get(variable)!].map((v) =>
        v.dataSync(),
      );
      const largest = source.plans.has(variable) ? Math.max(...[...a!].map(Math.abs)) : 0;
      a!.forEach((value, i) => {
        expect(Math.abs(value - b![i]!)).toBeLessThanOrEqual(largest === 0 ? 0 : bound(largest));
      });
    }
  });

  test('leaves no tensors behind, nor when loading fails', async () => {
    const before = tf.memory().numTensors;
    const source = make(name);
    const packed = await packModel(source);
    (await unpackModel(packed)).source.dispose();
    await expect(unpackModel(packed, { slots: [] })).rejects.toThrow('The file is of another model');
    source.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

test('a folder in pieces has the bytes of the folder', async () => {
  const source = make();
  const pieces = await packModelFolderPieces(source, { ringFormat: 'int8' });
  const joined = [...pieces].map(([name, parts]) => [name, Buffer.concat(parts)] as const);
  const whole = await packModelFolder(source, { ringFormat: 'int8' });
  expect(joined).toEqual([...whole].map(([name, bytes]) => [name, Buffer.from(bytes)] as const));
});

test('one file is safetensors that any reader shows; a folder has readable JSON', async () => {
  const source = make();
  const { tensors, metadata } = decodeSafetensors(await packModel(source, { metadata: { classes: 'cat, dog' } }));
  expect([...tensors.keys()].sort()).toEqual([...source.trainables.keys(), ...source.statistics.keys()].sort());
  expect(JSON.parse(metadata['rpg-model']!)).toMatchObject({
    format: 'rpg-model',
    version: 1,
    content: 'slots',
    seed: 'a/weights',
    rings: [{ name: 'ring', ringSize: 18, storage: { dtype: 'F32', step: null } }],
    metadata: { classes: 'cat, dog' },
  });
  const folder = await packModelFolder(source);
  expect([...folder.keys()]).toEqual([MANIFEST_FILE, WEIGHTS_FILE]);
  expect(new TextDecoder().decode(folder.get(MANIFEST_FILE))).toContain('"format": "rpg-model"');
});

test('metadata keep names that mean something to JavaScript', async () => {
  const metadata = JSON.parse('{"__proto__":"x","a":"b"}') as Record<string, string>;
  const loaded = await unpackModel(await packModel(make(), { metadata }));
  expect(Object.entries(loaded.metadata)).toEqual([
    ['__proto__', 'x'],
    ['a', 'b'],
  ]);
  expect(loaded.metadata.constructor).toBeUndefined();
  expect(({} as Record<string, unknown>).a).toBeUndefined();
});

describe('a withheld seed (paper, section 5.5)', () => {
  const error = new RangeError(
    'The model was saved with its seed withheld; its weights need it. Pass it: unpackModel(bytes, { seed }).',
  );

  test('is nowhere in the file', async () => {
    const source = createWeightSource(smallSlots(), CONFIGS['one ring']!, createRng(KEY).fork('weights'));
    const text = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes);
    expect(text(await packModel(source))).toContain(KEY);
    expect(text(await packModel(source, { withholdSeed: true }))).not.toContain(KEY);
    for (const [, bytes] of await packModelFolder(source, { withholdSeed: true })) {
      expect(text(bytes)).not.toContain(KEY);
    }
  });

  test.each([1, 'sesame', '1/weights', KEY.slice(1), `x${KEY}`, '0'.repeat(64), '01234567'.repeat(8), `${KEY} `])(
    'of %o is refused: it can be guessed',
    async (seed) => {
      for (const name of ['one ring', 'local rings']) {
        const source = createWeightSource(smallSlots(), CONFIGS[name]!, createRng(seed));
        for (const pack of [packModel, packModelFolder]) {
          await expect(pack(source, { withholdSeed: true })).rejects.toThrow(
            new RangeError(
              `The ring '${[...source.plans.keys()][0]!}' was drawn from a seed that can be guessed, so a file without it ` +
                'protects nothing. Train with a key in its place, createKey() makes one; what was trained with another ' +
                'seed cannot be withheld.',
            ),
          );
        }
      }
    },
  );

  test.each<WeightSourceConfig>([
    { kind: 'independent' },
    { kind: 'shared', keyOf: ({ name }) => name },
    { kind: 'ring', ringSize: 0.5, sampling: 'sequential', reflect: false },
  ])('of a model that draws nothing is refused: %o', async (config) => {
    const source = createWeightSource(smallSlots(), config, createRng(KEY));
    await expect(packModel(source, { withholdSeed: true })).rejects.toThrow(
      new RangeError('No weight of this model is drawn from a seed, so that withholding it protects nothing.'),
    );
  });

  test('a key has 256 random bits', () => {
    const keys = Array.from({ length: 20 }, createKey);
    expect(new Set(keys).size).toBe(20);
    for (const key of keys) expect([key.length, isKey(key)]).toEqual([64, true]);
    expect(isKey(KEY.toUpperCase())).toBe(true); // as other programs write it
  });

  test('without it loading fails, with it the answers are the same, with a wrong one they are at chance', async () => {
    const classifier = smallClassifier();
    const accuracy = (source: WeightSource): number => accuracyOf((x) => classifier.logits(source, x));
    const source = trainedClassifier(classifier, KEY);
    const trained = accuracy(source);
    expect(trained).toBeGreaterThan(0.95);
    const packed = await packModel(source, { withholdSeed: true });
    await expect(unpackModel(packed)).rejects.toThrow(error);
    const right = await unpackModel(packed, { seed: KEY });
    expect(accuracy(right.source)).toBe(trained);

    const accuracies: number[] = [];
    for (let i = 0; i < 40; i++) {
      const wrong = await unpackModel(packed, { seed: `guess ${i}` });
      accuracies.push(accuracy(wrong.source));
      wrong.source.dispose();
    }
    const mean = accuracies.reduce((sum, a) => sum + a, 0) / accuracies.length;
    const deviation = Math.sqrt(accuracies.reduce((sum, a) => sum + (a - mean) ** 2, 0) / (accuracies.length - 1));
    // Chance is 1/8. One untrained network may do better or worse; the mean of 40 is within 4 standard errors.
    expect(Math.abs(mean - 1 / 8)).toBeLessThan((4 * deviation) / Math.sqrt(accuracies.length));
    expect(Math.max(...accuracies)).toBeLessThan(0.5);
  });

  test('smaller formats cost the classifier little', async () => {
    const classifier = smallClassifier();
    const accuracy = (source: WeightSource): number => accuracyOf((x) => classifier.logits(source, x));
    const source = trainedClassifier(classifier, 'x');
    for (const ringFormat of ['float16', 'int8'] as const) {
      const { source: loaded } = await unpackModel(await packModel(source, { ringFormat }));
      expect(accuracy(loaded)).toBeGreaterThan(accuracy(source) - 0.02);
    }
  });
});

describe('what is refused', () => {
  type Manifest = Record<string, unknown> & { rings: Record<string, unknown>[]; slots: Record<string, unknown>[] };
  type Change = (manifest: Manifest) => unknown;
  async function spoiled(change: Change, config = 'one ring'): Promise<Uint8Array> {
    const { tensors, metadata } = decodeSafetensors(await packModel(make(config)));
    const manifest = JSON.parse(metadata['rpg-model']!) as Manifest;
    const changed = change(manifest) ?? manifest;
    return encodeSafetensors(tensors, { 'rpg-model': typeof changed === 'string' ? changed : JSON.stringify(changed) });
  }
  const source = (m: Manifest, slot: number): Record<string, unknown> =>
    m.slots[slot]!.source as Record<string, unknown>;

  test.each<{ what: string; change: Change; config?: string; error: Error }>([
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
      change: (m) => void (source(m, 1).scale = null),
      error: new TypeError('manifest.slots[1].source.scale is null, expected a finite number.'),
    },
    {
      what: 'control characters in a name',
      change: (m) => void (m.slots[0]!.name = 'a\u001b[31m'),
      error: new TypeError('manifest.slots[0].name is "a\\u001b[31m", expected a name of 1 to 512 characters.'),
    },
    {
      what: 'a ring that does not exist',
      change: (m) => void (source(m, 1).ring = 'other'),
      error: new RangeError("Slot 'stage1/one' is fed by 'other', which is no ring of the model."),
    },
    {
      what: 'a slot twice',
      change: (m) => void (m.slots[1]!.name = 'stem'),
      error: new RangeError("Slot 'stem' is declared twice; give each layer of a model its own name."),
    },
    {
      what: 'a ring with the name of a slot',
      change: (m) => void (m.slots[0]!.name = 'ring'),
      error: new RangeError("The model has the name 'ring' twice."),
    },
    {
      what: 'weights beyond all bounds',
      change: (m) => void (m.slots[1]!.shape = [2 ** 30, 2 ** 30]),
      error: new RangeError(
        'The model generates more than 134217728 weights; raise maxGenerated to load it all the same.',
      ),
    },
    {
      what: 'a ring larger than what it feeds',
      change: (m) => void (m.slots = m.slots.filter((slot) => slot.name === 'stem')),
      error: new RangeError("The ring 'ring' has 18 elements but feeds 0 weights."),
    },
    {
      what: 'a ring that feeds a head',
      change: (m) => void (m.slots[1]!.role = 'head'),
      error: new RangeError("Slot 'stage1/one' is of role head, which no ring feeds."),
    },
    {
      what: 'a start on a drawn ring',
      change: (m) => void (source(m, 1).start = 0),
      error: new RangeError("Slot 'stage1/one' starts at element 0 of the ring 'ring', which is drawn."),
    },
    {
      what: 'a start beyond a shared ring',
      config: 'shared',
      change: (m) => void (source(m, 1).start = 13),
      error: new RangeError("Slot 'stage1/one' starts at element 13 of the ring 'ring', which is shared."),
    },
    {
      what: 'a ring of another size than its tensor',
      change: (m) => void (m.rings[0]!.ringSize = 17),
      error: new RangeError("The model's tensor 'ring' is F32 of [18], expected F32 of [17]."),
    },
    {
      what: 'a ring of another type than its tensor',
      change: (m) => void (m.rings[0]!.storage = { dtype: 'I8', step: 1 }),
      error: new RangeError("The model's tensor 'ring' is F32 of [18], expected I8 of [18]."),
    },
    {
      what: 'a step without a need',
      change: (m) => void (m.rings[0]!.storage = { dtype: 'F32', step: 1 }),
      error: new RangeError("The ring 'ring' is stored as F32 with a step."),
    },
    {
      what: 'a slot without a tensor',
      change: (m) => void (m.slots[0]!.name = 'trunk'),
      error: new RangeError("The model's tensor 'trunk' is missing, expected F32 of [5]."),
    },
    {
      what: 'a tensor of another shape',
      change: (m) => void (m.slots[0]!.shape = [1, 5]),
      error: new RangeError("The model's tensor 'stem' is F32 of [5], expected F32 of [1, 5]."),
    },
    {
      what: 'a tensor too many',
      change: (m) => void m.slots.shift(),
      error: new RangeError('The model has a tensor "stem" that nothing uses.'),
    },
  ])('$what', async ({ change, config, error }) => {
    await expect(unpackModel(await spoiled(change, config))).rejects.toThrow(error);
    await expect(unpackModel(await spoiled(change, config))).rejects.toBeInstanceOf(error.constructor);
  });

  test('bytes and folders that are no model', async () => {
    await expect(unpackModel(encodeSafetensors(new Map()))).rejects.toThrow(
      new TypeError("Not a model of rpg-core: the safetensors metadata lack 'rpg-model'."),
    );
    await expect(unpackModel(new Uint8Array(3))).rejects.toThrow(
      'Not a safetensors file: 3 bytes, expected at least 8.',
    );
    await expect(unpackModel(new Map())).rejects.toThrow(
      new TypeError('Not a model of rpg-core: the folder lacks manifest.json.'),
    );
    const folder = await packModelFolder(make());
    folder.set(MANIFEST_FILE, Uint8Array.of(0xff));
    await expect(unpackModel(folder)).rejects.toThrow(
      new TypeError('Not a model of rpg-core: the manifest is not UTF-8.'),
    );
  });

  test('the slots of another model', async () => {
    const other = new SlotCollector();
    for (const slot of smallSlots()) other.declare(slot.name === 'head' ? { ...slot, shape: [3, 5] } : slot);
    await expect(unpackModel(await packModel(make()), { slots: other.slots })).rejects.toThrow(
      new RangeError(
        "The file is of another model: slot 7 is 'head' of [3, 2], head, the model expects 'head' of [3, 5], head.",
      ),
    );
    await expect(unpackModel(await packModel(make()), { slots: smallSlots().slice(1) })).rejects.toThrow(
      "The file is of another model: slot 1 is 'stem' of [5], stem, the model expects 'stage1/one' of [1, 2, 3], backbone.",
    );
  });

  test('a lower bound on generated weights', async () => {
    await expect(unpackModel(await packModel(make()), { maxGenerated: 35 })).rejects.toThrow(
      new RangeError('The model generates more than 35 weights; raise maxGenerated to load it all the same.'),
    );
  });

  test('saving what cannot be saved', async () => {
    await expect(packModel(make(), { ringFormat: 'int4' as RingFormat })).rejects.toThrow(
      new RangeError("The ring's format is 'int4', expected float32, float16, int8."),
    );
    const source = make();
    const byHand = { ...source.plans.get('ring')! };
    delete (byHand as { origin?: unknown }).origin;
    await expect(packModel({ ...source, plans: new Map([['ring', byHand]]) })).rejects.toThrow(
      new RangeError("The ring 'ring' has a plan without an origin, made by hand; it cannot be saved."),
    );
    const elsewhere = {
      ...byHand,
      origin: { kind: 'drawn', sampling: 'even', reflect: true, seed: 'elsewhere' } as const,
    };
    await expect(packModel({ ...source, plans: new Map([['ring', elsewhere]]) })).rejects.toThrow(
      new RangeError("The ring 'ring' was drawn from 'elsewhere', not from the other rings' stream."),
    );
  });
});
