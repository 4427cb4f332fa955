import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { runScript, type ChildResult } from '../test/child-process.js';
import { isTensorflowHere } from '../test/native-here.js';
import { temporaryFolder } from '../test/temporary-folder.js';
import { loadBackend, type BackendInfo, type Device } from './load-backend.js';
import { NATIVE_BACKEND } from './native-backend.js';
import { TENSORFLOW_VERSION } from './wheel-pins.js';

const empty = join(temporaryFolder(), 'cache');
mkdirSync(empty);

/** Loads in a process whose cache is empty, and computes 3 · 4 there. */
async function loadUnprovisioned(device: Device, before = ''): Promise<ChildResult> {
  const script = `
    ${before}
    import * as tf from '@tensorflow/tfjs-core';
    const { loadBackend } = await import('./dist/index.js');
    const info = await loadBackend({ device: '${device}' });
    console.log(JSON.stringify({ info, product: tf.mul(3, 4).dataSync()[0] }));`;
  return runScript(script, { TENSORFLOW_RUNTIME_CACHE: empty });
}

function answerOf({ stdout }: ChildResult): { info: BackendInfo; product: number } {
  return JSON.parse(stdout) as { info: BackendInfo; product: number };
}

describe('where TensorFlow is not provisioned', () => {
  test('auto computes on WebAssembly and says in one line what is lost', async () => {
    const result = await loadUnprovisioned('auto');
    expect(answerOf(result)).toMatchObject({
      info: { name: 'wasm', tensorflowVersion: null, threads: 1 },
      product: 12,
    });
    expect(result.stderr).toBe(
      'TensorFlow is not provisioned; computing on WebAssembly, one thread, several times slower: ' +
        'run `npx tensorflow-runtime provision` for TensorFlow.\n',
    );
  });

  test('auto computes in plain JavaScript where WebAssembly fails too', async () => {
    const result = await loadUnprovisioned('auto', 'globalThis.WebAssembly = undefined;');
    expect(answerOf(result)).toMatchObject({ info: { name: 'cpu' }, product: 12 });
    expect(result.stderr).toContain('a hundred times slower: run `npx tensorflow-runtime provision` for TensorFlow.\n');
  });

  test.each(['wasm', 'cpu'] as const)('%s is used without a word when asked for', async (device) => {
    const result = await loadUnprovisioned(device);
    expect(answerOf(result)).toMatchObject({ info: { name: device, flavour: null }, product: 12 });
    expect(result.stderr).toBe('');
  });

  const notProvisioned =
    'TensorFlow is not provisioned on this machine: its cache folder holds no addon for tfjs-node-gpu.\n' +
    'Run `npx tensorflow-runtime provision` once';

  test('tensorflow is refused with the remedy', async () => {
    const { code, stderr } = await loadUnprovisioned('tensorflow');
    expect(stderr).toContain(notProvisioned);
    expect(code).toBe(1);
  });

  test('register is refused with the remedy', async () => {
    const { code, stderr } = await runScript(`import 'tensorflow-runtime/register';`, {
      TENSORFLOW_RUNTIME_CACHE: empty,
    });
    expect(stderr).toContain(notProvisioned);
    expect(code).toBe(1);
  });
});

test('an unknown device is refused', async () => {
  await expect(loadBackend({ device: 'gpu' as Device })).rejects.toThrow(
    new RangeError("device is 'gpu', expected one of: auto, tensorflow, wasm, cpu."),
  );
});

describe.skipIf(!isTensorflowHere)('where TensorFlow is provisioned', () => {
  test('auto is TensorFlow, and tfjs-node-gpu shares the engine of tfjs-core', async () => {
    const info = await loadBackend();
    expect(info).toMatchObject({ name: NATIVE_BACKEND, tensorflowVersion: TENSORFLOW_VERSION });
    expect(info.threads).toBeGreaterThan(0);
    expect(tf.getBackend()).toBe(NATIVE_BACKEND);
    const native = createRequire(import.meta.url)('@tensorflow/tfjs-node-gpu') as typeof tf;
    expect(native.engine()).toBe(tf.engine());
  });

  test('loading twice changes nothing', async () => {
    expect(await loadBackend()).toEqual(await loadBackend({ device: 'tensorflow' }));
  });

  test('register lets any user of tfjs-node-gpu compute, and nothing is written to the terminal', async () => {
    const result = await runScript(`
      import 'tensorflow-runtime/register';
      import tf from '@tensorflow/tfjs-node-gpu';
      console.log(tf.getBackend(), tf.matMul([[1, 2]], [[3], [4]]).dataSync()[0]);`);
    expect(result).toEqual({ code: 0, stdout: 'tensorflow 11\n', stderr: '' });
  });

  test('the log level of the user is kept', async () => {
    const { stderr } = await runScript(`import 'tensorflow-runtime/register'; import '@tensorflow/tfjs-node-gpu';`, {
      TF_CPP_MIN_LOG_LEVEL: '0',
    });
    expect(stderr).toContain('This TensorFlow binary is optimized'); // what follows depends on the processor
  });
});
