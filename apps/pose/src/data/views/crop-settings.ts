// What crops and their heat maps are like; the same for training, evaluation and prediction.
import type { BoxRuleName } from './crop.js';
import type { Normalization } from './normalization.js';
import type { TargetSettings } from './targets.js';

export interface CropSettings extends TargetSettings {
  readonly boxRule: BoxRuleName;
  /** Height and width of a crop; `mapSize` is that of its heat maps. */
  readonly inputSize: number;
  readonly normalization: Normalization;
}

/** @throws RangeError */
export function checkCrop({ inputSize, mapSize, sigmaPx }: CropSettings): void {
  for (const [name, value] of Object.entries({ inputSize, mapSize })) {
    if (!Number.isInteger(value) || value < 1 || value > 1024) {
      throw new RangeError(`${name} is ${value}, expected an integer from 1 to 1024.`);
    }
  }
  if (!(sigmaPx > 0)) throw new RangeError(`sigmaPx is ${sigmaPx}, expected a number above 0.`);
}
