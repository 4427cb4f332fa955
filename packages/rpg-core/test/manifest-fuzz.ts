// Saved models, spoiled in every way that a random generator finds; the quick and the slow suite share it.
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect } from 'vitest';
import {
  createRng,
  createWeightSource,
  decodeSafetensors,
  encodeSafetensors,
  packModel,
  packModelFolder,
  unpackModel,
} from '../src/index.js';
import { MANIFEST_FILE, type PackedModel, WEIGHTS_FILE } from '../src/model-file/model-file.js';
import { configs, smallSlots, valuesOf } from './small-models.js';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const MAX_GENERATED = 5000;

/** A right answer or a clear error, and no more memory than asked for. */
async function readOrRefuse(packed: PackedModel): Promise<'read' | 'refused'> {
  const before = tf.memory().numTensors;
  try {
    const { source } = await unpackModel(packed, { maxGenerated: MAX_GENERATED });
    expect(source.numGenerated).toBeLessThanOrEqual(10 * MAX_GENERATED);
    expect(valuesOf(source).length).toBe(source.slots.reduce((sum, { size }) => sum + size, 0));
    source.dispose();
    return 'read';
  } catch (error) {
    const isClear = (error instanceof RangeError || error instanceof TypeError) && error.message.endsWith('.');
    if (!isClear || error.message.length > 1000 || /undefined|\[object|not a function/.test(error.message)) throw error;
    return 'refused';
  } finally {
    expect(tf.memory().numTensors).toBe(before);
  }
}

/** A place in a JSON value: how often to go down, and which way each time. */
function change(value: Json, path: readonly number[], by: (old: Json) => Json | undefined): Json | undefined {
  const [step, ...rest] = path;
  if (step === undefined || typeof value !== 'object' || value === null) return by(value);
  if (Array.isArray(value)) {
    if (value.length === 0) return by(value);
    const at = step % value.length;
    return value.flatMap((each, i) => {
      const changed = i === at ? change(each, rest, by) : each;
      return changed === undefined ? [] : [changed];
    });
  }
  const entries = Object.entries(value);
  if (entries.length === 0) return by(value);
  const at = step % entries.length;
  return Object.fromEntries(
    entries.flatMap(([key, each], i) => {
      const changed = i === at ? change(each, rest, by) : each;
      return changed === undefined ? [] : [[key, changed]];
    }),
  );
}

const anyNumber = fc.oneof(
  fc.constantFrom(0, -1, 1, 2, 3, 17, 18, 19, 36, 0.5, 2 ** 30, 2 ** 31, 2 ** 53, 1e308, -0),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const anyName = fc.constantFrom(
  'ring',
  'stem',
  'drawn',
  'shared',
  'F32',
  'I8',
  '__proto__',
  'constructor',
  '',
  'x'.repeat(2000),
);
const anyJson: fc.Arbitrary<Json> = fc.oneof(
  anyNumber,
  anyName,
  fc.constantFrom(null, true, false),
  fc.array(anyNumber, { maxLength: 9 }),
  fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>,
);
const mutation = fc.record({
  path: fc.array(fc.nat(50), { maxLength: 5 }),
  kind: fc.constantFrom('replace', 'replace', 'remove', 'add'),
  value: anyJson,
  name: anyName,
});

/** Files of all kinds of models. */
async function goodFiles(): Promise<{ file: Uint8Array; folder: Map<string, Uint8Array> }[]> {
  const files: { file: Uint8Array; folder: Map<string, Uint8Array> }[] = [];
  for (const config of Object.values(configs)) {
    const source = createWeightSource(smallSlots(), config, createRng('a/b'));
    const ringFormat = (['float32', 'float16', 'int8'] as const)[files.length % 3]!;
    files.push({
      file: await packModel(source, { ringFormat }),
      folder: await packModelFolder(source, { ringFormat }),
    });
    source.dispose();
  }
  return files;
}

/** Manifests with values replaced, removed and added. */
export async function fuzzManifests(numRuns: number, seed: number): Promise<void> {
  const answers = { read: 0, refused: 0 };
  const models = (await goodFiles()).map(({ file }) => {
    const { tensors, metadata } = decodeSafetensors(file);
    return { tensors, manifest: JSON.parse(metadata['rpg-model']!) as Json };
  });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...models),
      fc.array(mutation, { minLength: 1, maxLength: 3 }),
      async ({ tensors, manifest }, mutations) => {
        let spoiled: Json = manifest;
        for (const { path, kind, value, name } of mutations) {
          const changed = change(spoiled, path, (old) => {
            if (kind === 'remove') return undefined;
            if (kind === 'replace' || typeof old !== 'object' || old === null) return value;
            return Array.isArray(old) ? [...old, value] : { ...old, [name]: value };
          });
          spoiled = changed ?? null;
        }
        answers[await readOrRefuse(encodeSafetensors(tensors, { 'rpg-model': JSON.stringify(spoiled) }))]++;
      },
    ),
    { numRuns, seed },
  );
  expect(answers.refused).toBeGreaterThan(numRuns / 2);
  expect(answers.read).toBeGreaterThan(0); // some changes are harmless: a seed, a scale, a deviation
}

/** Files and folders with bytes changed, cut and repeated. */
export async function fuzzBytes(numRuns: number, seed: number): Promise<void> {
  const models = await goodFiles();
  const edit = fc.record({ at: fc.nat(), byte: fc.nat(255), length: fc.nat(60), kind: fc.nat(3) });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...models),
      fc.constantFrom('file', MANIFEST_FILE, WEIGHTS_FILE),
      fc.array(edit, { minLength: 1, maxLength: 4 }),
      async ({ file, folder }, where, edits) => {
        let bytes: Uint8Array = (where === 'file' ? file : folder.get(where)!).slice();
        for (const { at, byte, length, kind } of edits) {
          const index = at % Math.max(1, bytes.length);
          if (kind < 2) bytes[index] = byte;
          else if (kind === 2) bytes = bytes.slice(0, Math.max(0, bytes.length - length));
          else bytes = Uint8Array.of(...bytes, ...bytes.subarray(index, index + length));
        }
        await readOrRefuse(where === 'file' ? bytes : new Map([...folder, [where, bytes]]));
      },
    ),
    { numRuns, seed },
  );
}
