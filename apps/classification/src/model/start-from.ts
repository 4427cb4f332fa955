// The checkpoint that `startFrom` names, for a network of this app.
import type { WeightSource } from 'rpg-core';
import { type Checkpoint, type Key, readStart, restoreState, type RingLayout, trainedSettings } from 'training-kit';
import { ConfigError } from 'training-kit/errors';
import { type ClassificationConfig, configSchema } from '../config.js';
import { networkSize } from './network.js';
import { isFilterMask } from './pruning.js';

/**
 * Reads the checkpoint that a run begins with.
 *
 * @param key that of this run
 * @throws as `readStart` of training-kit; ConfigError for a network that is pruned: without its masks it is another one
 */
export async function readStartOf(
  file: string,
  config: ClassificationConfig,
  key: Key | undefined,
): Promise<Checkpoint> {
  const checkpoint = await readStart(file, { schema: configSchema, config, layoutOf, key });
  const { pruneFilters, startFrom } = trainedSettings(configSchema, checkpoint);
  if (pruneFilters === 0) return checkpoint;
  throw new ConfigError(
    'startFrom',
    `${checkpoint.file} is of a network of which ${pruneFilters} of the filters are held at zero, and a new run would not hold ` +
      `them. Train that run on (numEpochs), or begin with what it began with: ${String(startFrom)}.`,
  );
}

function layoutOf(config: ClassificationConfig): RingLayout {
  const { weights, depth, width, stem, scope, generator, sampling, reflect, ringStart, seed } = config;
  const { ringSize } = networkSize(config);
  return { weights, depth, width, stem, ringSize, scope, generator, sampling, reflect, ringStart, seed };
}

/**
 * Gives `source` what a checkpoint holds of a network: all of it; but for the head where that tells another number of classes
 * apart. Masks of filters stay as they are.
 *
 * @returns what was taken over, in a sentence
 * @throws DataError as `restoreState`
 */
export function takeOver(source: WeightSource, { tensors, file }: Pick<Checkpoint, 'tensors' | 'file'>): string {
  const statistics = new Map([...source.statistics].filter(([name]) => !isFilterMask(name)));
  const head = source.slots.filter(({ role }) => role === 'head');
  const numClasses = head[0]!.shape.at(-1)!;
  const numClassesThen = tensors.get(`weights/${head[0]!.name}`)?.shape.at(-1) ?? numClasses;
  if (numClassesThen === numClasses) {
    restoreState({ source: { trainables: source.trainables, statistics } }, tensors, file);
    return `Starting with the weights of ${file}.`;
  }
  const own = new Set(head.map(({ name }) => name));
  const trainables = new Map([...source.trainables].filter(([name]) => !own.has(name)));
  restoreState({ source: { trainables, statistics } }, tensors, file);
  return `Starting with the weights of ${file}, but a new head: for ${numClasses} classes in place of ${numClassesThen}.`;
}
