import { expect, test } from 'vitest';
import { runScript } from '../../test/child-process.js';
import { isTensorflowHere } from '../../test/native-here.js';
import { nativeSettings, parseThreads } from './process-settings.js';

test('settings of TensorFlow and of the libraries below it are those for native code', () => {
  const native = { TF_ENABLE_ONEDNN_OPTS: '0', ONEDNN_MAX_CPU_ISA: 'AVX2', OMP_NUM_THREADS: '1', XLA_FLAGS: '' };
  const others = { PATH: '/bin', TENSORFLOW_RUNTIME_CACHE: '/a', TFX: '1', MY_TF_DATA: '1', TF_UNSET: undefined };
  expect(nativeSettings({ ...native, ...others })).toEqual(native);
});

test.each([
  { value: undefined, threads: null },
  { value: '', threads: null },
  { value: '0', threads: null },
  { value: '12', threads: 12 },
])('threads of $value', ({ value, threads }) => {
  expect(parseThreads(value)).toBe(threads);
});

test.each(['two', '-1', '1.5'])('%s threads are refused', (value) => {
  expect(() => parseThreads(value)).toThrow(
    new RangeError(
      `TF_NUM_INTRAOP_THREADS is '${value}', expected an integer from 1 on, or 0 for as many threads as processors.`,
    ),
  );
});

const CONVOLUTION = `
  import * as tf from '@tensorflow/tfjs-core';
  import { createHash } from 'node:crypto';
  import { loadBackend } from './dist/index.js';
  export async function convolve() {
    const { oneDnn, threads } = await loadBackend({ device: 'tensorflow' });
    // Sines take up all bits of a float32, and are the same each time.
    const waves = (size, step) => Float32Array.from({ length: size }, (_, i) => Math.sin(i * step));
    const x = tf.tensor(waves(8 * 56 * 56 * 32, 0.37), [8, 56, 56, 32]);
    const kernel = tf.tensor(waves(5 * 5 * 32 * 32, 0.73), [5, 5, 32, 32]);
    const y = tf.conv2d(x, kernel, 1, 'same').dataSync();
    return { oneDnn, threads, bits: createHash('sha256').update(y).digest('hex') };
  }`;

/** Prints what `convolve` gives in the main thread, or in a worker that loads first, with the worker's own `env`. */
const inMain = `${CONVOLUTION}\nconsole.log(JSON.stringify(await convolve()));`;
const inWorker = (env = 'process.env', before = ''): string => `
  import { Worker } from 'node:worker_threads';
  import { loadBackend } from './dist/index.js';
  ${before}
  const text = ${JSON.stringify(
    `import { parentPort } from 'node:worker_threads'; ${CONVOLUTION}
     parentPort.postMessage(await convolve().catch((error) => ({ error: String(error) })));`,
  )};
  // A module has to come from a file or a URL; what it imports is found from here.
  const url = text.replaceAll('./dist/', new URL('./dist/', 'file://' + process.cwd() + '/').href)
    .replace("'@tensorflow/tfjs-core'", JSON.stringify(import.meta.resolve('@tensorflow/tfjs-core')));
  const worker = new Worker(new URL('data:text/javascript,' + encodeURIComponent(url)), { env: ${env} });
  worker.on('message', (found) => console.log(JSON.stringify(found)));`;

interface Found {
  readonly oneDnn: string;
  readonly threads: number;
  readonly bits: string;
  readonly error?: string;
}

async function run(script: string, env: NodeJS.ProcessEnv = {}): Promise<Found> {
  const { stdout, stderr } = await runScript(script, { TF_NUM_INTRAOP_THREADS: '2', ...env });
  expect(stderr).toBe('');
  return JSON.parse(stdout) as Found;
}

test.skipIf(!isTensorflowHere)('a worker that loads first computes with the bits of the main thread', async () => {
  const expected = await run(inMain);
  expect(expected).toMatchObject({ oneDnn: 'on', threads: 2 });
  expect(await run(inWorker())).toEqual(expected);
});

test.skipIf(!isTensorflowHere)(
  'a setting made in the first worker alone holds, as that of the process does',
  async () => {
    const env = "{ ...process.env, TF_ENABLE_ONEDNN_OPTS: '0', TF_NUM_INTRAOP_THREADS: '1' }";
    const found = await run(inWorker(env), { TF_NUM_INTRAOP_THREADS: undefined });
    const whole = await run(inMain, { TF_ENABLE_ONEDNN_OPTS: '0', TF_NUM_INTRAOP_THREADS: '1' });
    expect(found).toEqual(whole);
    expect(found).toMatchObject({ oneDnn: 'off', threads: 1 });
    const none = "Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TF_')))";
    expect(await run(inWorker(none), { TF_ENABLE_ONEDNN_OPTS: '0' })).toMatchObject({ oneDnn: 'off', threads: 2 });
  },
);

test.skipIf(!isTensorflowHere)('a setting that comes too late is refused', async () => {
  const late = await run(inWorker("{ ...process.env, TF_NUM_INTRAOP_THREADS: '1' }", 'await loadBackend();'));
  expect(late.error).toBe(
    "RangeError: TF_NUM_INTRAOP_THREADS is '1' in this thread, but TensorFlow was loaded into this process with '2', and " +
      'reads its settings once.\nSet TF_NUM_INTRAOP_THREADS in the environment of the whole process, or before the first ' +
      'thread loads TensorFlow; or leave it out here.',
  );
  const { stderr, code } = await runScript(`
    import { loadBackend } from './dist/index.js';
    await loadBackend({ device: 'tensorflow' });
    process.env.TF_ENABLE_ONEDNN_OPTS = '0';
    await loadBackend();`);
  expect(stderr).toContain("TF_ENABLE_ONEDNN_OPTS is '0' in this thread, but TensorFlow was loaded");
  expect(code).toBe(1);
});
