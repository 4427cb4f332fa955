// What the processor can do at once, as far as speed here depends on it.
import { readFileSync } from 'node:fs';

const ofInterest = ['avx2', 'avx512f', 'avx512_vnni', 'avx512_bf16', 'amx_bf16'];

/** The processor's instruction sets that matter for speed; empty where the system does not tell. */
export function readSimd(): string[] {
  try {
    const flags = /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'latin1'))?.[1]?.split(' ') ?? [];
    return ofInterest.filter((name) => flags.includes(name));
  } catch {
    return []; // not every container shows it, and nothing depends on it
  }
}

/** Whether the processor multiplies bfloat16; elsewhere it would be slower than float32. */
export function hasBfloat16(simd: readonly string[]): boolean {
  return simd.some((name) => name.endsWith('_bf16'));
}
