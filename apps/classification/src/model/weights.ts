// Which weight source a config asks for.
import type { Slot, WeightSourceConfig } from 'rpg-core';
import { ringOptionsOf } from 'training-kit';
import type { ClassificationConfig } from '../config.js';

/**
 * The weight source of a ResNet.
 *
 * `scope: 'block'` gives each of the four building blocks (the stages of figure 3) its own ring. `weights: 'shared'`
 * lets the basic blocks of a stage use the same convolutions wherever their shapes agree.
 */
export function weightSourceConfig(config: ClassificationConfig): WeightSourceConfig {
  switch (config.weights) {
    case 'independent':
      return { kind: 'independent' };
    case 'shared':
      return { kind: 'shared', keyOf: (slot) => slot.name.replace(/\/block\d+\//, '/') };
    case 'ring':
      return {
        kind: 'ring',
        ringSize: config.ringSize,
        ...ringOptionsOf(config),
        ...(config.scope === 'block' ? { ringOf: stageOf } : {}),
      };
    default:
      throw new RangeError(`Unknown weights ${String(config.weights satisfies never)}.`);
  }
}

function stageOf(slot: Slot): string {
  return slot.name.slice(0, slot.name.indexOf('/'));
}
