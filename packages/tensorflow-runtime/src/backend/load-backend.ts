// Picks what computes: TensorFlow where it is provisioned, else TensorFlow.js's WebAssembly, else its plain JavaScript.
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { messageOf } from '../error-message.js';
import {
  registerBfloat16,
  registerDilatedConv,
  registerOperations,
  takeOverConvolutions,
} from '../operations/register-operations.js';
import type { BuildRecord } from '../provision/cache-contents.js';
import type { Flavour } from '../provision/wheels/wheel-pins.js';
import { carriesBfloat16 } from './bfloat16-handles.js';
import { asNative, NATIVE_BACKEND, type NativeBackend } from './native-backend.js';
import { type Prepared, prepareProcess, type Unprepared } from './prepare-process.js';
import { hasBfloat16, readSimd } from './simd.js';

/** `auto`: the fastest there is. The others ask for one backend and fail where it cannot be had. */
export type Device = 'auto' | 'tensorflow' | 'wasm' | 'cpu';

export const devices: readonly Device[] = ['auto', 'tensorflow', 'wasm', 'cpu'];

/** How the operations of our own were built, and what they run on: each gives other last bits, all of them right. */
export interface NativeBuild extends BuildRecord {
  /** The level of x86-64 whose loops this processor runs: 'x86-64', 'x86-64-v3' or 'x86-64-v4'. */
  readonly instructionSet: string;
}

export interface BackendInfo {
  readonly name: 'tensorflow' | 'wasm' | 'cpu';
  /** Version of the TensorFlow library; null on the other backends. */
  readonly tensorflowVersion: string | null;
  readonly device: 'cpu' | 'gpu';
  readonly flavour: Flavour | null;
  /** Threads one operation may use on the CPU. */
  readonly threads: number;
  /** The processor's instruction sets that matter for speed, such as 'avx512f'; empty where the system does not tell. */
  readonly simd: readonly string[];
  /** How numbers are kept and multiplied. */
  readonly precision: string;
  /** TensorFlow's fast CPU library; null on the other backends. */
  readonly oneDnn: 'on' | 'off' | null;
  /** null on the other backends. */
  readonly build: NativeBuild | null;
}

export interface LoadOptions {
  readonly device?: Device;
  /** Told, in one line, what is lost when 'auto' has to do without TensorFlow. Default: standard error. */
  readonly onNotice?: (line: string) => void;
}

/**
 * Loads a backend, makes it tfjs's current one and returns what it is. Call it once, before the first tensor.
 *
 * @throws RangeError for an unknown device, and for settings that are not valid or come too late (see README)
 * @throws Error when `device` is 'tensorflow' and TensorFlow is not provisioned, damaged or cannot be loaded
 */
export async function loadBackend({ device = 'auto', onNotice = warn }: LoadOptions = {}): Promise<BackendInfo> {
  switch (device) {
    case 'auto': {
      const loaded = await loadTensorflow();
      return 'message' in loaded ? loadFallback(loaded, onNotice) : loaded;
    }
    case 'tensorflow': {
      const loaded = await loadTensorflow();
      if ('message' in loaded) throw new Error(loaded.message, { cause: loaded.cause });
      return loaded;
    }
    case 'wasm':
      return loadWasm();
    case 'cpu':
      return loadPlainCpu();
    default:
      throw new RangeError(`device is '${String(device satisfies never)}', expected one of: ${devices.join(', ')}.`);
  }
}

async function loadTensorflow(): Promise<BackendInfo | Unprepared> {
  try {
    const prepared = prepareProcess();
    if ('message' in prepared) return prepared;
    // Requiring the package loads the addon, registers the backend and its operations, and makes it current.
    createRequire(import.meta.url)('@tensorflow/tfjs-node-gpu');
    await activate(NATIVE_BACKEND);
    const native = asNative(tf.backend());
    registerOperations(native);
    registerDilatedConv(native);
    takeOverConvolutions(native);
    if (!native.isUsingGpuDevice && hasBfloat16(readSimd())) registerBfloat16(native);
    return describeNative(native, prepared);
  } catch (error) {
    if (error instanceof RangeError) throw error; // a wrong setting, which its owner has to know of
    return cannotLoad(error);
  }
}

function describeNative(native: NativeBackend, { paths, settings, build }: Prepared): BackendInfo {
  return {
    name: 'tensorflow',
    tensorflowVersion: native.binding.TF_Version,
    device: native.isUsingGpuDevice ? 'gpu' : 'cpu',
    flavour: paths.flavour,
    threads: settings.threads,
    simd: readSimd(),
    precision: native.isUsingGpuDevice
      ? 'float32; convolutions and matrix products may round to TF32 on GPUs that have it'
      : `float32${carriesBfloat16(native) ? ', bfloat16 where a network asks for it' : ' throughout'}`,
    oneDnn: settings.isOneDnnOn ? 'on' : 'off',
    build: build === null ? null : { ...build, instructionSet: settings.instructionSet },
  };
}

/** What is whole by its sizes may still be refused by the system's loader. */
function cannotLoad(cause: unknown): Unprepared {
  const what = messageOf(cause).split('\n')[0] ?? '';
  const mend = 'run `npx tensorflow-runtime provision`, which compares every file and mends what is damaged';
  return {
    reason: `TensorFlow cannot be loaded (${what})`,
    remedy: mend,
    message: `TensorFlow cannot be loaded: ${what}.\nFirst ${mend}; \`npx tensorflow-runtime doctor\` shows what is there.`,
    cause,
  };
}

async function loadFallback({ reason, remedy }: Unprepared, onNotice: (line: string) => void): Promise<BackendInfo> {
  try {
    const info = await loadWasm();
    onNotice(`${reason}; computing on WebAssembly, one thread, several times slower: ${remedy}.`);
    return info;
  } catch (error) {
    onNotice(
      `${reason} and WebAssembly failed (${messageOf(error)}); computing in plain JavaScript, a hundred times slower: ${remedy}.`,
    );
    return loadPlainCpu();
  }
}

/** The gradients of tfjs's operations come with this package; tfjs-node-gpu loads it by itself. */
async function loadGradients(): Promise<void> {
  await import('@tensorflow/tfjs');
}

async function loadWasm(): Promise<BackendInfo> {
  await loadGradients();
  const wasm = await import('@tensorflow/tfjs-backend-wasm');
  const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json');
  wasm.setWasmPaths(join(dirname(entry), 'dist') + sep);
  await activate('wasm');
  return describePortable('wasm');
}

async function loadPlainCpu(): Promise<BackendInfo> {
  await loadGradients();
  await import('@tensorflow/tfjs-backend-cpu');
  await activate('cpu');
  // Its first tensor would print a banner that advises installing a package whose download is gone.
  (tf.backend() as { firstUse?: boolean }).firstUse = false;
  return describePortable('cpu');
}

async function activate(name: string): Promise<void> {
  if (!(await tf.setBackend(name))) throw new Error(`TensorFlow.js cannot start its backend '${name}'.`);
  await tf.ready();
}

function describePortable(name: 'wasm' | 'cpu'): BackendInfo {
  return {
    name,
    tensorflowVersion: null,
    device: 'cpu',
    flavour: null,
    threads: 1,
    simd: [],
    precision: name === 'wasm' ? 'float32 throughout' : 'float32 results, computed in float64',
    oneDnn: null,
    build: null,
  };
}

function warn(line: string): void {
  process.stderr.write(`${line}\n`);
}
