// One step of `freeze`: it takes a traced function and gives one that computes the same, faster.
import type { NativeBackend } from '../backend/native-backend.js';
import type { OpTrace } from './op-trace.js';

/** What a pass may ask. */
export interface FreezeContext {
  readonly native: NativeBackend;
  /** In which convolutions will run; `bfloat16` only where the processor is fast with it. */
  readonly precision: 'float32' | 'bfloat16';
}

/**
 * Gives a trace with the same argument and results, which differ by rounding at most. It leaves the trace that it is given
 * as it is. What it makes as feeds `freeze` keeps, and disposes with the frozen function.
 */
export type FreezePass = (trace: OpTrace, context: FreezeContext) => OpTrace;
