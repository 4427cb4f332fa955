// Picks what computes: TensorFlow where it is provisioned, else TensorFlow.js's WebAssembly, else its plain JavaScript.
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join, sep } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { registerBfloat16, registerDilatedConv, registerTrainingKernels } from './kernels/register-training-kernels.js';
import { asNative, NATIVE_BACKEND } from './native-backend.js';
import { NOT_PROVISIONED, prepareProcess } from './prepare-process.js';
import { hasBfloat16, readSimd } from './simd.js';
import type { Flavour } from './wheel-pins.js';

/** `auto`: the fastest there is. The others ask for one backend and fail where it cannot be had. */
export type Device = 'auto' | 'tensorflow' | 'wasm' | 'cpu';

export const DEVICES: readonly Device[] = ['auto', 'tensorflow', 'wasm', 'cpu'];

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
}

export interface LoadOptions {
  readonly device?: Device;
  /** Told, in one line, what is lost when 'auto' has to do without TensorFlow. Default: standard error. */
  readonly onNotice?: (line: string) => void;
}

/**
 * Loads a backend, makes it tfjs's current one and returns what it is. Call it once, before the first tensor.
 *
 * @throws RangeError for an unknown device
 * @throws Error when `device` is 'tensorflow' and TensorFlow is not provisioned
 */
export async function loadBackend({ device = 'auto', onNotice = warn }: LoadOptions = {}): Promise<BackendInfo> {
  switch (device) {
    case 'auto': {
      const info = await loadTensorflow();
      if (info !== null) return info;
      return loadFallback(onNotice);
    }
    case 'tensorflow': {
      const info = await loadTensorflow();
      if (info === null) throw new Error(NOT_PROVISIONED);
      return info;
    }
    case 'wasm':
      return loadWasm();
    case 'cpu':
      return loadPlainCpu();
    default:
      throw new RangeError(`device is '${String(device satisfies never)}', expected one of: ${DEVICES.join(', ')}.`);
  }
}

async function loadTensorflow(): Promise<BackendInfo | null> {
  const paths = prepareProcess();
  if (paths === null) return null;
  // Requiring the package loads the addon, registers the backend and its kernels, and makes it current.
  createRequire(import.meta.url)('@tensorflow/tfjs-node-gpu');
  await activate(NATIVE_BACKEND);
  const native = asNative(tf.backend());
  registerTrainingKernels(native);
  registerDilatedConv(native);
  const simd = readSimd();
  const isBfloat16Fast = !native.isUsingGpuDevice && hasBfloat16(simd);
  if (isBfloat16Fast) registerBfloat16(native);
  return {
    name: 'tensorflow',
    tensorflowVersion: native.binding.TF_Version,
    device: native.isUsingGpuDevice ? 'gpu' : 'cpu',
    flavour: paths.flavour,
    threads: Number(process.env.TF_NUM_INTRAOP_THREADS ?? availableParallelism()),
    simd,
    precision: native.isUsingGpuDevice
      ? 'float32; convolutions and matrix products may round to TF32 on GPUs that have it'
      : `float32${isBfloat16Fast ? ', bfloat16 where a network asks for it' : ' throughout'}`,
  };
}

async function loadFallback(onNotice: (line: string) => void): Promise<BackendInfo> {
  const remedy = 'run `npx tensorflow-runtime provision` for TensorFlow';
  try {
    const info = await loadWasm();
    onNotice(`TensorFlow is not provisioned; computing on WebAssembly, one thread, several times slower: ${remedy}.`);
    return info;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    onNotice(
      `TensorFlow is not provisioned and WebAssembly failed (${reason}); computing in plain JavaScript, ` +
        `a hundred times slower: ${remedy}.`,
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
  };
}

function warn(line: string): void {
  process.stderr.write(`${line}\n`);
}
