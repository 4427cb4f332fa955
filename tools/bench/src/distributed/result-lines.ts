// What was measured, as a table, beside the formula of the ring of workers.
import { alignedLines } from 'training-kit';
import type { WorkersOptions } from './main.js';
import type { Measurement } from './measure-workers.js';

/** Sent by n workers that add up a vector of as many float32 numbers in a ring: 2 (n − 1) times the vector. */
export function expectedBytes(workers: number, numbers: number): number {
  return 2 * (workers - 1) * 4 * numbers;
}

export function resultLines(
  { batchSize }: Pick<WorkersOptions, 'batchSize'>,
  measured: readonly Measurement[],
): string {
  const head = ['network', 'workers', 'threads', 'ms a step', 'images/s', 'MB a step', 'of 2 (n − 1) · 4 · numbers'];
  const rows = measured.map(({ network, workers, threads, stepMs, bytesAStep, numbersAStep }) => [
    network,
    String(workers),
    String(threads),
    stepMs.toFixed(0),
    ((batchSize / stepMs) * 1000).toFixed(1),
    bytesAStep === undefined ? '–' : (bytesAStep / 1e6).toFixed(2),
    bytesAStep === undefined ? '–' : (bytesAStep / expectedBytes(workers, numbersAStep)).toFixed(3),
  ]);
  return alignedLines([head, ...rows], (column) => column > 0).join('\n');
}
