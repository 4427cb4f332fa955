// Tells when a convolution in bfloat16 is faster by its definition, in our own operation
// (native/convolution/direct-convolution.h), than by oneDNN, which rearranges images and is made for many pixels.
import * as tf from '@tensorflow/tfjs-core';
import { castHandle } from '../../backend/bfloat16-handles.js';
import type { NativeBackend } from '../../backend/native-backend.js';
import { readSimd } from '../../backend/simd.js';
import { precisionType } from '../activation-type.js';
import { intAttribute } from '../attributes.js';
import { frozenConvAttributes } from './frozen-conv-attributes.js';

/** Output channels that are computed at a time. */
const PANEL = 16;

/** Pixels of the result that are computed at a time, and how many of them lie side by side. */
const BLOCK = 16;
const QUAD = 4;

/** Up to so many pixels of the result it is faster; beyond, both take as long. */
const MAX_PIXELS = 1024;

/**
 * Whether our operation is the faster one for a frozen convolution in bfloat16, as measured on Zen 4, where there is one.
 *
 * @param result batch, height, width, channels
 */
export function isFasterDirectly(result: readonly number[]): boolean {
  const [batch, height, width, channels] = result as [number, number, number, number];
  if (channels % PANEL !== 0 || width % QUAD !== 0 || (height * width) % BLOCK !== 0) return false;
  return batch * height * width <= MAX_PIXELS;
}

/**
 * Whether there is one, and the processor has nothing better: those with AMX multiply whole tiles of bfloat16, which
 * oneDNN does and we do not. Not every compiler makes code for it; a trial tells.
 *
 * @param simd the processor's instruction sets
 */
export function hasDirectConvolution(native: NativeBackend, simd: readonly string[] = readSimd()): boolean {
  if (!simd.includes('avx512_bf16') || simd.includes('amx_bf16')) return false;
  const attributes = [
    precisionType(native, 'bfloat16'),
    intAttribute(native.binding, 'stride', 1),
    intAttribute(native.binding, 'padding', 0),
    ...frozenConvAttributes(native, {}),
  ];
  return tf.tidy(() => {
    try {
      const kernel = native.executeSingleOutput('DirectKernel', [], [tf.zeros([1, 1, 1, PANEL])]);
      const x = castHandle(native, tf.zeros([1, QUAD, QUAD, 1]), 'bfloat16');
      native.executeSingleOutput('FrozenDirectConv2D', attributes, [x, kernel]);
      return true;
    } catch {
      return false;
    }
  });
}
