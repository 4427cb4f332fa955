// The checkpoint that `startFrom` names, for a network of this app.
import { type Checkpoint, type Key, readStart, type RingLayout } from 'training-kit';
import { configSchema, type MultitaskConfig } from '../config.js';
import { networkSize } from './network.js';

/** Reads the checkpoint that a run begins with. @param key that of this run @throws as `readStart` of training-kit */
export async function readStartOf(file: string, config: MultitaskConfig, key: Key | undefined): Promise<Checkpoint> {
  return readStart(file, { schema: configSchema, config, layoutOf, key });
}

function layoutOf(config: MultitaskConfig): RingLayout {
  const { weights, numStacks, widthMultiplier, sampling, reflect, ringStart, seed } = config;
  const { ringSize } = networkSize(config);
  return { weights, numStacks, widthMultiplier, ringSize, sampling, reflect, ringStart, seed };
}
