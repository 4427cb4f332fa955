import { existsSync, mkdirSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { type ChildResult, runScript } from '../../test/child-process.js';
import { isTensorflowHere } from '../../test/native-here.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { tfjsNodeFolder } from '../provision/addon-build.js';
import { sealFolder } from '../provision/cache-contents.js';
import { cachePaths } from '../provision/cache-folder.js';
import { TENSORFLOW_VERSION } from '../provision/wheels/wheel-pins.js';
import { type BackendInfo, type Device, loadBackend } from './load-backend.js';
import { NATIVE_BACKEND } from './native-backend.js';

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

describe('where the provisioned TensorFlow is damaged', () => {
  const root = join(temporaryFolder(), 'damaged');
  const { addon, library, settings } = cachePaths('cpu', root);
  const part = join(library, 'tensorflow', 'libtensorflow_cc.so.2');
  const script = (device: Device): string => `
    import * as tf from '@tensorflow/tfjs-core';
    import { loadBackend } from './dist/index.js';
    const info = await loadBackend({ device: '${device}' });
    console.log(JSON.stringify({ info, product: tf.mul(3, 4).dataSync()[0] }));`;
  const load = (device: Device): Promise<ChildResult> =>
    runScript(script(device), { TENSORFLOW_RUNTIME_CACHE: root, TENSORFLOW_RUNTIME_FLAVOUR: 'cpu' });

  /** A cache of text files, whole by its lists. */
  async function seal(): Promise<void> {
    rmSync(root, { recursive: true, force: true });
    mkdirSync(dirname(addon), { recursive: true });
    mkdirSync(dirname(part));
    for (const file of [addon, settings, part]) writeFileSync(file, 'is no library');
    await sealFolder(dirname(addon), { compiler: 'g++', flags: [] });
    await sealFolder(library);
  }

  test('a file cut in half is never mapped: auto falls back with one line', async () => {
    await seal();
    truncateSync(part, 6);
    const result = await load('auto');
    expect(answerOf(result)).toMatchObject({ info: { name: 'wasm', build: null }, product: 12 });
    expect(result.stderr).toBe(
      `The provisioned TensorFlow is damaged (${part} has 6 bytes, expected 13); computing on WebAssembly, one thread, ` +
        'several times slower: run `npx tensorflow-runtime provision`, which mends it.\n',
    );
  });

  test('tensorflow is refused, with the file and the mend', async () => {
    await seal();
    truncateSync(addon);
    const { code, stderr } = await load('tensorflow');
    expect(stderr).toContain(
      `Error: The provisioned TensorFlow is damaged: ${addon} has 0 bytes, expected 13.\n` +
        'Run `npx tensorflow-runtime provision`, which mends it.',
    );
    expect(code).toBe(1);
  });

  test('a cache without its lists is damaged', async () => {
    await seal();
    rmSync(join(library, 'contents.json'));
    expect((await load('auto')).stderr).toMatch(
      /^The provisioned TensorFlow is damaged \(ENOENT: .*contents\.json'\); comp/,
    );
  });

  test('what the system refuses to load is one line too', async () => {
    await seal();
    const result = await load('auto');
    expect(answerOf(result)).toMatchObject({ info: { name: 'wasm' }, product: 12 });
    expect(result.stderr).toMatch(
      /^TensorFlow cannot be loaded \(.*process_settings\.node: file too short\); computing on WebAssembly, one thread, several times slower: run `npx tensorflow-runtime provision`, which compares every file and mends what is damaged\.\n$/,
    );
    expect((await load('tensorflow')).code).toBe(1);
  });
});

test('without a home folder auto falls back with one line, and tensorflow names the way out', async () => {
  const env = { HOME: '', XDG_CACHE_HOME: undefined, TENSORFLOW_RUNTIME_CACHE: undefined };
  const load = (device: Device): Promise<ChildResult> =>
    runScript(`import { loadBackend } from './dist/index.js'; await loadBackend({ device: '${device}' });`, env);
  expect(await load('auto')).toEqual({
    code: 0,
    stdout: '',
    stderr:
      'There is no home folder with a TensorFlow; computing on WebAssembly, one thread, several times slower: ' +
      'let TENSORFLOW_RUNTIME_CACHE name a folder and run `npx tensorflow-runtime provision` for TensorFlow.\n',
  });
  expect((await load('tensorflow')).stderr).toContain(
    'Error: There is no folder for TensorFlow: HOME is empty or not set, expected an absolute path.\n' +
      'Let TENSORFLOW_RUNTIME_CACHE name a folder that you may write to, or set HOME.',
  );
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

  test('how the operations were built is told, and what they run on', async () => {
    const { build } = await loadBackend();
    expect(build?.compiler).not.toBe('');
    expect(build?.flags).toContain('-ffp-contract=off');
    expect(build?.instructionSet).toMatch(/^x86-64(-v[34])?$/);
  });

  test('another TensorFlow in LD_LIBRARY_PATH is not taken', async () => {
    const other = temporaryFolder();
    for (const part of ['cc', 'framework']) writeFileSync(join(other, `libtensorflow_${part}.so.2`), 'another');
    const result = await runScript(
      `import { loadBackend } from './dist/index.js'; console.log((await loadBackend()).name);`,
      { LD_LIBRARY_PATH: other },
    );
    expect(result).toEqual({ code: 0, stdout: 'tensorflow\n', stderr: '' });
  });

  test('nothing is written into node_modules', async () => {
    const lib = join(tfjsNodeFolder(), 'lib');
    const list = (): string[] => (existsSync(lib) ? readdirSync(lib, { recursive: true }).map(String) : []);
    const before = list();
    await runScript(`import { loadBackend } from './dist/index.js'; await loadBackend({ device: 'tensorflow' });`);
    expect(list()).toEqual(before);
  });

  test('the log level of the user is kept', async () => {
    const { stderr } = await runScript(`import 'tensorflow-runtime/register'; import '@tensorflow/tfjs-node-gpu';`, {
      TF_CPP_MIN_LOG_LEVEL: '0',
    });
    expect(stderr).toContain('This TensorFlow binary is optimized'); // what follows depends on the processor
  });
});
