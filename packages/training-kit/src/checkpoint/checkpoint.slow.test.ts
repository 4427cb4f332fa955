import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { encodeSafetensors, type SafetensorsTensor } from 'rpg-core';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { anyDataIdentity } from '../../test/any-data-identity.js';
import { withBoundedMemory } from '../../test/bounded-memory.js';
import { scratchFolder } from '../../test/scratch-folder.js';
import { changes, spoil } from '../../test/spoil.js';
import { DataError } from '../errors.js';
import { type Checkpoint, latestCheckpoint, readCheckpoint, writeCheckpoint } from './checkpoint.js';

const NUM_CASES = 25_000 * inject('casesFactor');

let folder = '';
beforeEach(() => {
  folder = scratchFolder('checkpoint-fuzz');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function tensorsOf(length: number): Map<string, SafetensorsTensor> {
  return new Map([
    ['weights/ring', { dtype: 'F32', shape: [length], data: new Float32Array(length).fill(0.5) }],
    ['optimizer/step', { dtype: 'I32', shape: [], data: Int32Array.of(length) }],
  ]);
}

/** Good files to start from, with what reading them must give. */
async function goodFiles(): Promise<{ bytes: Buffer; content: Checkpoint }[]> {
  const files: { bytes: Buffer; content: Checkpoint }[] = [];
  for (let step = 0; step < 20; step++) {
    const content = { tensors: tensorsOf(step * 10), metadata: { bestTop1: step / 20, list: [step, null] } };
    const file = await writeCheckpoint(folder, step, content, {
      keepLast: 1,
      config: { width: step },
      numLogged: step,
    });
    files.push({ bytes: readFileSync(file), content: await readCheckpoint(file) });
    rmSync(file);
  }
  return files;
}

/** A clear refusal, or undefined. @throws what is neither that nor an answer */
async function readOrRefuse(file: string): Promise<Checkpoint | undefined> {
  try {
    return await readCheckpoint(file);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    const start = [
      `The checkpoint ${file} is damaged: `,
      `${file} is a safetensors file, but `,
      `Cannot read ${file}: `,
    ];
    expect(start.some((text) => error.message.startsWith(text))).toBe(true);
    expect(error.message.length).toBeLessThan(1000);
    expect(error.message).not.toMatch(/undefined|\[object|not a function|call stack/);
    return undefined;
  }
}

test(`checkpoints, ${NUM_CASES} cases: spoiled files are refused, others read`, async () => {
  const files = await goodFiles();
  const file = join(folder, 'step-00000007.safetensors');
  let numRead = 0;
  const property = fc.asyncProperty(fc.nat(files.length - 1), changes, async (index, list) => {
    const { bytes, content } = files[index]!;
    const spoiled = spoil(bytes, list);
    writeFileSync(file, spoiled);
    const read = await readOrRefuse(file);
    const isGood = spoiled.equals(bytes); // some changes change nothing
    expect(read).toEqual(isGood ? { ...content, file } : undefined);
    if (isGood) numRead++;
  });
  await withBoundedMemory(NUM_CASES, (numRuns) => fc.assert(property, { seed: 11, numRuns }));
  expect(numRead).toBeGreaterThan(NUM_CASES / 50);
  expect(readdirSync(folder)).toEqual(['step-00000007.safetensors']);
});

test(`checkpoints, ${NUM_CASES} cases: any description, with the right sum`, async () => {
  const file = join(folder, 'step-00000007.safetensors');
  const none = '0'.repeat(64);
  const part = fc.oneof(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom(1, -1, 1.5, 1e300, 2 ** 53, '1', {}, [], null));
  const good = { formatVersion: 1, step: 7, config: { a: 1 }, configHash: 'x', metadata: {} };
  const described = fc.record({
    formatVersion: fc.oneof({ weight: 4, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: part }),
    step: fc.oneof({ weight: 2, arbitrary: fc.nat() }, { weight: 1, arbitrary: part }),
    config: fc.oneof({ weight: 2, arbitrary: fc.constant({ a: 1 }) }, { weight: 1, arbitrary: part }),
    configHash: fc.oneof({ weight: 2, arbitrary: fc.string() }, { weight: 1, arbitrary: part }),
    metadata: fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: part }),
    numLogged: part,
    data: anyDataIdentity,
  });
  const text = fc.oneof(
    described.map((value) => JSON.stringify(value)),
    fc.tuple(described, changes).map(([value, list]) => spoil(Buffer.from(JSON.stringify(value)), list).toString()),
    part.map((value) => JSON.stringify(value)),
    fc.nat(300).map((depth) => JSON.stringify(good).replace('{}', '{"a":'.repeat(depth) + '1' + '}'.repeat(depth))),
    fc.string(),
  );
  let numRead = 0;
  const property = fc.asyncProperty(text, fc.nat(3), async (description, numTensors) => {
    const tensors = numTensors === 0 ? new Map<string, SafetensorsTensor>() : tensorsOf(numTensors);
    const bytes = Buffer.from(encodeSafetensors(tensors, { sha256: none, checkpoint: description }));
    bytes.write(createHash('sha256').update(bytes).digest('hex'), bytes.indexOf(none), 'latin1');
    writeFileSync(file, bytes);
    const read = await readOrRefuse(file);
    if (read === undefined) return;
    numRead++;
    const said = JSON.parse(description) as Record<string, unknown>;
    expect([read.step, read.config, read.metadata]).toEqual([said.step, said.config, said.metadata]);
    expect(read.data).toEqual(said.data);
    expect(Number.isSafeInteger(read.step) && read.step >= 0).toBe(true);
    expect(read.tensors).toEqual(tensors);
    expect(await latestCheckpoint(folder, () => undefined)).toEqual(read);
  });
  await withBoundedMemory(NUM_CASES, (numRuns) => fc.assert(property, { seed: 12, numRuns }));
  expect(numRead).toBeGreaterThan(NUM_CASES / 50);
});
