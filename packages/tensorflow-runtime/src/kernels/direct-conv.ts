// When a convolution in bfloat16 is faster by its definition, in our own operation (native/direct-convolution.h), than by
// oneDNN, which rearranges images and is made for many pixels.
import { readSimd } from '../simd.js';

/** Output channels that are computed at a time. */
const PANEL = 16;

/** Pixels of the result that are computed at a time, and how many of them lie side by side. */
const BLOCK = 16;
const QUAD = 4;

/** Up to so many pixels of the result it is faster; beyond, both take as long. */
const MAX_PIXELS = 1024;

/**
 * Whether our operation is the faster one for a frozen convolution in bfloat16, as measured on Zen 4. Processors with AMX
 * multiply whole tiles of bfloat16, which oneDNN does and we do not.
 *
 * @param result batch, height, width, channels
 * @param simd the processor's instruction sets
 */
export function isFasterDirectly(result: readonly number[], simd: readonly string[] = readSimd()): boolean {
  const [batch, height, width, channels] = result as [number, number, number, number];
  if (channels % PANEL !== 0 || width % QUAD !== 0 || (height * width) % BLOCK !== 0) return false;
  return batch * height * width <= MAX_PIXELS && simd.includes('avx512_bf16') && !simd.includes('amx_bf16');
}
