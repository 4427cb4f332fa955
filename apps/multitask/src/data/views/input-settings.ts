// What a network is given; the same for training and evaluation.
import type { Normalization } from './normalization.js';

export interface InputSettings {
  /** Height and width of a view, pixels. */
  readonly inputSize: number;
  readonly normalization: Normalization;
}

/** @throws RangeError */
export function checkInput({ inputSize }: InputSettings): void {
  if (Number.isInteger(inputSize) && inputSize >= 1 && inputSize <= 1024) return;
  throw new RangeError(`inputSize is ${inputSize}, expected an integer from 1 to 1024.`);
}
