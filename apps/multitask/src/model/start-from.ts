// The checkpoint that `startFrom` names. A ring's numbers mean something only where they are laid out as they were: with
// another seed every weight would be another one, and the network would know nothing, without a word.
import { checkKey, type Checkpoint, type Key, readCheckpoint, trainedSettings, whyNothingIsDrawn } from 'training-kit';
import { ConfigError } from 'training-kit/errors';
import { configSchema, type MultitaskConfig } from '../config.js';
import { buildModel } from './network.js';
import { subNetworkSize } from './weights.js';

/** What a ring's layout follows from, apart from a seed or a key; each is a flag of the same name. */
interface Layout {
  readonly weights: string;
  readonly numStacks: number;
  readonly widthMultiplier: number;
  readonly ringSize: number;
  readonly sampling: string;
  readonly reflect: boolean;
  readonly seed: number;
}

/**
 * Reads the checkpoint that a run begins with.
 *
 * @param key that of this run
 * @throws ConfigError when the run would lay out its ring otherwise than the run that left the checkpoint; DataError for a
 *   file that is no checkpoint
 */
export async function readStart(file: string, config: MultitaskConfig, key: Key | undefined): Promise<Checkpoint> {
  const checkpoint = await readCheckpoint(file);
  const trained = trainedSettings(configSchema, checkpoint);
  const [then, now] = [layoutOf(trained), layoutOf(config)];
  if (then.weights !== 'ring' && now.weights !== 'ring') return checkpoint; // names and shapes of the weights tell all
  if (then.weights !== now.weights) throw laidOutOtherwise(checkpoint.file, then, now, ['weights']);
  checkKey(checkpoint.file, checkpoint.config, key);
  const different = keysOf(then).filter((name) => then[name] !== now[name]);
  const decisive =
    key !== undefined || whyNothingIsDrawn(trained) !== undefined ? without('seed', different) : different;
  if (decisive.length > 0) throw laidOutOtherwise(checkpoint.file, then, now, decisive);
  return checkpoint;
}

function layoutOf(config: MultitaskConfig): Layout {
  const { weights, numStacks, widthMultiplier, sampling, reflect, seed } = config;
  const ringSize = config.ringSize ?? subNetworkSize(buildModel(config).slots);
  return { weights, numStacks, widthMultiplier, ringSize, sampling, reflect, seed };
}

function keysOf(layout: Layout): (keyof Layout)[] {
  return Object.keys(layout) as (keyof Layout)[];
}

function without(name: keyof Layout, names: readonly (keyof Layout)[]): readonly (keyof Layout)[] {
  return names.filter((other) => other !== name);
}

function laidOutOtherwise(file: string, then: Layout, now: Layout, different: readonly (keyof Layout)[]): ConfigError {
  const said = (layout: Layout) => different.map((name) => `${name} ${String(layout[name])}`).join(', ');
  const flags = different.map((name) => flagOf[name](then)).join(' ');
  return new ConfigError(
    'startFrom',
    `${file} is of a run with ${said(then)}, this one has ${said(now)}: its weights would be laid out otherwise, and the ` +
      `network would know nothing of what it learnt. Pass ${flags}.`,
  );
}

const flagOf: { readonly [Name in keyof Layout]: (layout: Layout) => string } = {
  weights: ({ weights }) => `--weights ${weights}`,
  numStacks: ({ numStacks }) => `--num-stacks ${numStacks}`,
  widthMultiplier: ({ widthMultiplier }) => `--width-multiplier ${widthMultiplier}`,
  ringSize: ({ ringSize }) => `--ring-size ${ringSize}`,
  sampling: ({ sampling }) => `--sampling ${sampling}`,
  reflect: ({ reflect }) => (reflect ? '--reflect' : '--no-reflect'),
  seed: ({ seed }) => `--seed ${seed}`,
};
