import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { DataError } from '../errors.js';
import { compiledWorker, prefetchBatches, type PrefetchedBatch, type PrefetchOptions } from './prefetch.js';

const dtypes = { images: 'float32', labels: 'int32' } as const;
type Options = PrefetchOptions<typeof dtypes>;
type Batch = PrefetchedBatch<typeof dtypes>;
const workerUrl = new URL('../../test/counting-worker.mjs', import.meta.url);

function batches(workerData: object, more: Partial<Options> = {}): AsyncGenerator<Batch, void, undefined> {
  return prefetchBatches({ workerUrl, workerData, dtypes, fromStep: 0, toStep: 12, ...more });
}

/** What the test's worker writes. */
function expectedImages(step: number): Float32Array {
  return Float32Array.from({ length: 6 }, (_, i) => (step % 2 === 0 || i < 3 ? step * 10 + i + 1 : 0));
}

async function stepsOf(iterable: AsyncIterable<Batch>): Promise<{ steps: number[]; error: unknown }> {
  const steps: number[] = [];
  try {
    for await (const { step } of iterable) steps.push(step);
  } catch (error) {
    return { steps, error };
  }
  return { steps, error: undefined };
}

describe('batches', () => {
  test.each([
    { numWorkers: 1, depth: 1, fromStep: 0 },
    { numWorkers: 1, depth: 4, fromStep: 5 },
    { numWorkers: 2, depth: 4, fromStep: 5 },
    { numWorkers: 3, depth: 4, fromStep: 7 },
    { numWorkers: 3, depth: 1, fromStep: 0 },
    { numWorkers: 30, depth: 4, fromStep: 0 },
  ])('of $numWorkers workers, depth $depth, come in order from step $fromStep', async ({ fromStep, ...more }) => {
    let step = fromStep;
    const kept: Batch[] = [];
    for await (const batch of batches({ isSlow: true }, { fromStep, ...more })) {
      expect(batch.step).toBe(step++);
      expect(batch.waitMs).toBeGreaterThanOrEqual(0);
      kept.push(batch);
    }
    expect(step).toBe(12);
    // Compared at the end: slots were written again meanwhile, the consumer's arrays were not.
    for (const { step: made, arrays } of kept) {
      expect(arrays.images).toEqual(expectedImages(made));
      expect(arrays.labels).toEqual(Int32Array.of(made, made));
      expect(arrays.images.buffer).toBeInstanceOf(ArrayBuffer);
    }
  });

  test('of no steps are none, and no worker starts', async () => {
    const missing = new URL('file:///no/such/worker.mjs');
    expect(await stepsOf(batches({}, { fromStep: 5, toStep: 5, workerUrl: missing }))).toEqual({
      steps: [],
      error: undefined,
    });
  });

  test('are made ahead, to the depth and no further, while the training thread does nothing', async () => {
    const made = new SharedArrayBuffer(4);
    const counter = new Int32Array(made);
    const iterator = batches({ made }, { depth: 3 });
    await iterator.next();
    // Blocks the thread, as a training step does: the worker must not need it.
    while (Atomics.load(counter, 0) < 4) Atomics.wait(counter, 0, Atomics.load(counter, 0), 5);
    Atomics.wait(counter, 0, 4, 30); // no fifth batch comes: one is taken, three wait
    expect(Atomics.load(counter, 0)).toBe(4);
    expect((await iterator.next()).value?.step).toBe(1);
    await iterator.return();
  });

  test('let the event loop turn, once each', async () => {
    let numTurns = 0;
    const count = () => {
      numTurns++;
      immediate = setImmediate(count);
    };
    let immediate = setImmediate(count);
    const { steps } = await stepsOf(batches({}, { toStep: 100, depth: 100 }));
    clearImmediate(immediate);
    expect(numTurns).toBeGreaterThanOrEqual(steps.length - 1);
  });
});

describe('a failing worker', () => {
  test.each([
    { how: 'throw', message: 'no batch 4' },
    { how: 'text', message: 'a thrown string' },
    { how: 'exit', message: 'A batch worker ended early, with exit code 7.' },
    { how: 'uncaught', message: "Cannot read properties of undefined (reading 'crash')" },
    { how: 'hang', message: /^A batch worker ended early, with exit code \d+\.$/ },
  ])('($how) is told after the batches before it', async ({ how, message }) => {
    for (const numWorkers of [1, 2]) {
      const { steps, error } = await stepsOf(batches({ failAt: 4, how }, { numWorkers }));
      expect(steps).toEqual([0, 1, 2, 3]);
      expect(error).toBeInstanceOf(Error);
      expect((error as Error).message).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
    }
  });

  test('names the file at fault and where in the worker it was noticed', async () => {
    const { error } = await stepsOf(batches({ failAt: 1, how: 'data' }));
    expect(error).toBeInstanceOf(DataError);
    expect(error).toMatchObject({ file: 'train.bin', message: 'train.bin is cut short' });
    expect(((error as Error).cause as Error).stack).toContain('counting-worker.mjs');
  });

  test.each([
    { how: 'open', message: 'cannot open' },
    { how: 'dtype', message: 'Batch array labels is of dtype float64, expected float32 or int32.' },
    { how: 'shape', message: 'Batch array labels has shape [0], expected whole numbers above 0.' },
  ])('that cannot start ($how) is told', async ({ how, message }) => {
    expect(await stepsOf(batches({ how }))).toEqual({ steps: [], error: new Error(message) });
  });

  test('whose module is missing is told', async () => {
    const missing = new URL('file:///no/such/worker.mjs');
    const { error } = await stepsOf(batches({}, { workerUrl: missing }));
    expect((error as Error).message).toContain('/no/such/worker.mjs');
  });

  test('that makes other arrays than expected is told', async () => {
    const other = prefetchBatches({ workerUrl, workerData: {}, dtypes: { x: 'int32' }, fromStep: 0, toStep: 1 });
    await expect(other.next()).rejects.toThrow(
      new TypeError('The batch worker makes images float32, labels int32; expected x int32.'),
    );
  });
});

describe('the end', () => {
  test('by break stops the workers, which sleep on full slots', async () => {
    const made = new SharedArrayBuffer(4);
    for await (const { step } of batches({ made }, { toStep: 1_000_000, numWorkers: 2 })) {
      if (step === 3) break;
    }
    const numMade = Atomics.load(new Int32Array(made), 0);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(Atomics.load(new Int32Array(made), 0)).toBe(numMade);
  });

  test('by abort comes at once, with its reason', async () => {
    const controller = new AbortController();
    const iterator = batches({ failAt: 2, how: 'stale', isSlow: true }, { signal: controller.signal });
    await iterator.next();
    controller.abort(new Error('enough'));
    await expect(iterator.next()).rejects.toThrow('enough');
    await expect(batches({}, { signal: controller.signal }).next()).rejects.toThrow('enough');
  });

  test('by abort while waiting comes at once', async () => {
    const controller = new AbortController();
    const iterator = batches({ failAt: 3, how: 'sleep' }, { fromStep: 3, signal: controller.signal });
    const first = iterator.next();
    setImmediate(() => {
      controller.abort(new Error('enough'));
    });
    await expect(first).rejects.toThrow('enough');
  });

  test.each([
    { what: 'an iterator that was dropped', script: 'await it.next();' },
    { what: 'a broken loop', script: 'for await (const _ of it) break;' },
    { what: 'a finished loop', script: 'for await (const _ of it);' },
    { what: 'an iterator never started', script: '' },
    { what: 'an iterator with workers that were never waited for', script: 'await it.next();', numWorkers: 3 },
  ])('of the process comes after $what', ({ script, numWorkers = 1 }) => {
    const module = JSON.stringify(new URL('../../dist/batches/prefetch.js', import.meta.url).href);
    const program = `
      import { prefetchBatches } from ${module};
      const options = { workerData: {}, dtypes: ${JSON.stringify(dtypes)}, fromStep: 0, toStep: 9, depth: 2, numWorkers: ${numWorkers} };
      const it = prefetchBatches({ workerUrl: new URL(${JSON.stringify(workerUrl.href)}), ...options });
      ${script}
      console.log('done');`;
    const folder = mkdtempSync(join(tmpdir(), 'prefetch-'));
    writeFileSync(join(folder, 'main.mjs'), program);
    const { stdout, status } = spawnSync(process.execPath, [join(folder, 'main.mjs')], {
      encoding: 'utf8',
      timeout: 600_000, // it has hung
    });
    rmSync(folder, { recursive: true });
    expect([stdout, status]).toEqual(['done\n', 0]);
  });
});

test.each([
  { more: { depth: 0 }, error: 'prefetchBatches: depth is 0, expected a whole number, at least 1.' },
  { more: { numWorkers: 1.5 }, error: 'prefetchBatches: numWorkers is 1.5, expected a whole number, at least 1.' },
])('refuses $more', async ({ more, error }) => {
  await expect(batches({}, more).next()).rejects.toThrow(new RangeError(error));
});

test('compiledWorker finds the compiled module from dist and from src', () => {
  const folder = mkdtempSync(join(tmpdir(), 'compiled-worker-'));
  const project = join(folder, 'src', 'app'); // a folder named src further up misleads nobody
  mkdirSync(join(project, 'dist', 'data'), { recursive: true });
  writeFileSync(join(project, 'dist', 'data', 'x-worker.js'), '');
  const from = (path: string) =>
    fileURLToPath(compiledWorker(pathToFileURL(join(project, path)).href, './x-worker.js'));
  expect(from('src/data/open.ts')).toBe(join(project, 'dist', 'data', 'x-worker.js'));
  expect(from('dist/data/open.js')).toBe(join(project, 'dist', 'data', 'x-worker.js'));
  expect(() => from('src/open.ts')).toThrow(
    `The worker module ${join(project, 'dist', 'x-worker.js')} is missing. Build its project first: nx build.`,
  );
  rmSync(folder, { recursive: true });
});
