import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { createRng, decodeSafetensors, encodeSafetensors, type SafetensorsTensor } from 'rpg-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DataError } from '../errors.js';
import { type Checkpoint, latestCheckpoint, readCheckpoint, writeCheckpoint } from './checkpoint.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'checkpoint-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function tensorsOf(...values: number[]): Map<string, SafetensorsTensor> {
  return new Map([['ring', { dtype: 'F32', shape: [values.length], data: Float32Array.from(values) }]]);
}

function write(step: number, keepLast = 3, isBest = false): Promise<string> {
  return writeCheckpoint(
    folder,
    step,
    { tensors: tensorsOf(step), metadata: { position: step } },
    { keepLast, isBest },
  );
}

function failOnDamage(file: string, error: DataError): never {
  throw new Error(`${file} should be sound: ${error.message}`);
}

async function messageOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DataError);
  return (error as DataError).message.replaceAll(folder, 'FOLDER');
}

test('a checkpoint is read back as it was written', async () => {
  const tensors = new Map<string, SafetensorsTensor>([
    ['ring', { dtype: 'F32', shape: [2, 2], data: Float32Array.of(1, -0, NaN, 1e-40) }],
    ['count', { dtype: 'I32', shape: [], data: Int32Array.of(7) }],
  ]);
  const file = await writeCheckpoint(
    folder,
    1234,
    { tensors, metadata: { optimizer: { kind: 'sgd' }, missing: undefined } },
    { keepLast: 1, config: { b: 1, a: [true, null] } },
  );
  expect(file).toBe(join(folder, 'step-00001234.safetensors'));
  const read = await readCheckpoint(file);
  expect(read).toEqual({
    file,
    step: 1234,
    config: { b: 1, a: [true, null] },
    configHash: createHash('sha256').update('{"a":[true,null],"b":1}').digest('hex').slice(0, 16),
    tensors,
    metadata: { optimizer: { kind: 'sgd' } },
  } satisfies Checkpoint);
});

test('the file is plain safetensors to others', async () => {
  const { tensors, metadata } = decodeSafetensors(readFileSync(await write(5)));
  expect(tensors.get('ring')).toEqual({ dtype: 'F32', shape: [1], data: Float32Array.of(5) });
  expect(Object.keys(metadata)).toEqual(['sha256', 'checkpoint']);
});

test('the last K are kept, and the best beside them', async () => {
  for (let step = 1; step <= 5; step++) await write(step, 2, step === 2);
  expect(readdirSync(folder).sort()).toEqual([
    'best.safetensors',
    'step-00000004.safetensors',
    'step-00000005.safetensors',
  ]);
  expect((await readCheckpoint(join(folder, 'best.safetensors'))).step).toBe(2);
});

test('what killed writers left is removed, other files are not', async () => {
  writeFileSync(join(folder, '.step-00000001.safetensors.0123456789ab.part'), 'half');
  writeFileSync(join(folder, '.notes.part'), 'mine');
  await write(1);
  expect(readdirSync(folder).sort()).toEqual(['.notes.part', 'step-00000001.safetensors']);
});

describe('the latest checkpoint', () => {
  test('is none in an empty or missing folder', async () => {
    expect(await latestCheckpoint(folder, failOnDamage)).toBeUndefined();
    expect(await latestCheckpoint(join(folder, 'missing'), failOnDamage)).toBeUndefined();
  });

  test('is the one of the highest step, whatever else lies there', async () => {
    for (const step of [99_999_999, 100_000_000, 5]) await write(step, 9);
    writeFileSync(join(folder, 'step-x.safetensors'), '');
    await write(7, 9, true);
    expect((await latestCheckpoint(folder, failOnDamage))?.step).toBe(100_000_000);
  });

  test('is the one before when the newest is damaged, and the caller hears of it', async () => {
    await write(1);
    await write(2);
    truncateSync(await write(3), 100);
    const heard: string[] = [];
    const latest = await latestCheckpoint(folder, (_, error) => heard.push(error.message.replaceAll(folder, 'FOLDER')));
    expect(latest?.step).toBe(2);
    expect(heard).toEqual([
      expect.stringMatching(/^The checkpoint FOLDER\/step-00000003\.safetensors is damaged: .+ Use an older one\.$/),
    ]);
  });

  test('is an error when all are damaged', async () => {
    truncateSync(await write(1), 0);
    truncateSync(await write(2), 0);
    const heard: string[] = [];
    expect(await messageOf(latestCheckpoint(folder, (file) => heard.push(file)))).toBe(
      'None of the 2 checkpoints in FOLDER can be used; start a new run in a new folder.\n' +
        'The checkpoint FOLDER/step-00000002.safetensors is damaged:' +
        ' Not a safetensors file: 0 bytes, expected at least 8. Use an older one.',
    );
    expect(heard).toHaveLength(2);
  });
});

describe('a damaged file', () => {
  test('is noticed wherever one bit flips', async () => {
    const file = await write(3);
    const sound = readFileSync(file);
    const { tensors, metadata } = await readCheckpoint(file);
    for (let bit = 0; bit < sound.length * 8; bit += 5) {
      const bytes = Buffer.from(sound);
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      writeFileSync(file, bytes);
      await expect(readCheckpoint(file), `bit ${bit}`).rejects.toThrow(DataError);
    }
    writeFileSync(file, sound);
    expect(await readCheckpoint(file)).toMatchObject({ tensors, metadata });
  });

  test('is refused wherever it is cut', async () => {
    const file = await write(3);
    const sound = readFileSync(file);
    for (let length = 0; length < sound.length; length += 7) {
      writeFileSync(file, sound.subarray(0, length));
      await expect(readCheckpoint(file)).rejects.toThrow(/is damaged: /);
    }
  });

  test('is refused clearly whatever stands in its description', async () => {
    const file = join(folder, 'hostile.safetensors');
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (description) => {
        writeFileSync(file, withRightSum({ sha256: '0'.repeat(64), checkpoint: description }));
        await expect(readCheckpoint(file)).rejects.toThrow(DataError);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test.each([
    {
      what: 'plain safetensors',
      bytes: encodeSafetensors(tensorsOf(1)),
      error: 'FOLDER/x.safetensors is a safetensors file, but no checkpoint of a run. Give a file of checkpoints/.',
    },
    {
      what: 'a flipped sum',
      bytes: encodeSafetensors(tensorsOf(1), { sha256: '0'.repeat(64), checkpoint: '{}' }),
      error:
        'The checkpoint FOLDER/x.safetensors is damaged: its bytes are not those that were written (SHA-256 differs).' +
        ' Use an older one.',
    },
    {
      what: 'a later format',
      bytes: withRightSum({ sha256: '0'.repeat(64), checkpoint: '{"formatVersion":2}' }),
      error: 'Cannot read FOLDER/x.safetensors: it is of checkpoint format 2, this program reads 1.',
    },
    {
      what: 'a description without a step',
      bytes: withRightSum({ sha256: '0'.repeat(64), checkpoint: '{"formatVersion":1}' }),
      error:
        'The checkpoint FOLDER/x.safetensors is damaged: its description lacks step, config or metadata. Use an older one.',
    },
  ])('as $what is refused', async ({ bytes, error }) => {
    const file = join(folder, 'x.safetensors');
    writeFileSync(file, bytes);
    expect(await messageOf(readCheckpoint(file))).toBe(error);
  });

  function withRightSum(metadata: Record<string, string>): Uint8Array {
    const bytes = Buffer.from(encodeSafetensors(tensorsOf(1), metadata));
    const sum = createHash('sha256').update(bytes).digest('hex');
    bytes.write(sum, bytes.indexOf('0'.repeat(64)), 'latin1');
    return bytes;
  }
});

describe('a write that fails', () => {
  test('leaves the older file alone and nothing half-made', async () => {
    const older = await write(1);
    mkdirSync(join(folder, 'step-00000002.safetensors')); // in the way of the rename
    expect(await messageOf(write(2))).toMatch(/^Cannot write FOLDER\/step-00000002\.safetensors: EISDIR/);
    expect((await readCheckpoint(older)).step).toBe(1);
    expect(readdirSync(folder).sort()).toEqual(['step-00000001.safetensors', 'step-00000002.safetensors']);
  });

  test('because its folder cannot be made, says so', async () => {
    writeFileSync(join(folder, 'file'), '');
    const intoFile = writeCheckpoint(join(folder, 'file'), 2, { tensors: tensorsOf(1), metadata: {} }, { keepLast: 1 });
    expect(await messageOf(intoFile)).toMatch(/^Cannot write FOLDER\/file: /);
  });

  test.each([
    { value: Number.NaN, error: 'metadata.rate is NaN, which JSON cannot hold.' },
    { value: () => 1, error: 'metadata.rate is function, which JSON cannot hold.' },
    { value: new Map(), error: 'metadata.rate is a Map, which JSON cannot hold; give a plain object.' },
  ])('refuses metadata that JSON cannot hold', async ({ value, error }) => {
    const content = { tensors: tensorsOf(1), metadata: { rate: value } };
    await expect(writeCheckpoint(folder, 1, content, { keepLast: 1 })).rejects.toThrow(new TypeError(error));
  });

  test.each([
    { step: -1, keepLast: 1, error: 'Checkpoint step is -1, expected 0, 1, 2, ….' },
    { step: 1, keepLast: 0, error: 'keepLast is 0, expected a whole number, at least 1.' },
  ])('refuses step $step with keepLast $keepLast', async ({ step, keepLast, error }) => {
    await expect(write(step, keepLast)).rejects.toThrow(new RangeError(error));
  });
});

test('kill -9 at any moment leaves a sound latest checkpoint', async () => {
  const rng = createRng('kill moments');
  const writer = fileURLToPath(new URL('../../test/checkpoint-writer.mjs', import.meta.url));
  for (let kill = 0; kill < 10; kill++) {
    const child = spawn(process.execPath, [writer, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
    let lastReported = 0; // the writer prints each step once its checkpoint is written
    await new Promise<void>((resolve, reject) => {
      let isArmed = false;
      child.stdout.on('data', (text: Buffer) => {
        lastReported = Number(text.toString().trim().split('\n').at(-1));
        if (isArmed) return;
        isArmed = true;
        setTimeout(() => child.kill('SIGKILL'), rng.uniform() * 60);
      });
      child.on('exit', (code, signal) => {
        if (signal === 'SIGKILL') resolve();
        else reject(new Error(`the writer ended by itself with code ${code ?? 'none'}`));
      });
    });
    const latest = await latestCheckpoint(folder, failOnDamage);
    expect(latest?.step).toBeGreaterThanOrEqual(lastReported);
    expect(latest?.tensors.get('ring')?.data[0]).toBe(latest?.step);
  }
  await write(999_999, 1);
  await write(1_000_000, 1);
  expect(readdirSync(folder).sort()).toEqual(['step-00999999.safetensors', 'step-01000000.safetensors']);
});
