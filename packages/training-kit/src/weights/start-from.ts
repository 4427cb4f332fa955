// The checkpoint that a setting `startFrom` names. A ring's numbers mean something only where they are laid out as they were:
// with another seed every weight would be another one, and the network would know nothing, without a word.
import type { z } from 'zod';
import { type Checkpoint, readCheckpoint } from '../checkpoint/checkpoint.js';
import { trainedSettings } from '../checkpoint/trained-config.js';
import { kebabCase } from '../command-line/settings.js';
import { ConfigError } from '../errors.js';
import { checkKey, type Key, whyNothingIsDrawn } from './key-file.js';

/**
 * What the layout of a network's rings follows from, apart from a key. Each is a setting and a flag of its name; `ringSize` is a
 * number of elements, so that a share and a number that come to the same are the same.
 */
export type RingLayout = Readonly<Record<string, string | number | boolean>> & {
  readonly weights: string;
  readonly sampling: string;
  readonly reflect: boolean;
  readonly seed: number;
};

/** The run that is to begin with the weights of another. */
export interface StartingRun<Schema extends z.ZodObject> {
  readonly schema: Schema;
  readonly config: z.output<Schema>;
  readonly layoutOf: (config: z.output<Schema>) => RingLayout;
  readonly key: Key | undefined;
}

/**
 * Reads the checkpoint that a run begins with. Without rings on both sides names and shapes of the weights tell all
 * (`restoreState`).
 *
 * @param file or the folder of a run, as `readCheckpoint`
 * @throws ConfigError when the run would lay out its rings otherwise than the run that left the checkpoint; DataError for a
 *   file that is no checkpoint
 */
export async function readStart<Schema extends z.ZodObject>(
  file: string,
  { schema, config, layoutOf, key }: StartingRun<Schema>,
): Promise<Checkpoint> {
  const checkpoint = await readCheckpoint(file);
  const [then, now] = [layoutOf(trainedSettings(schema, checkpoint)), layoutOf(config)];
  if (then.weights !== 'ring' && now.weights !== 'ring') return checkpoint;
  if (then.weights !== now.weights) throw laidOutOtherwise(checkpoint.file, then, now, ['weights']);
  checkKey(checkpoint.file, checkpoint.config, key);
  const isSeedUsed = key === undefined && whyNothingIsDrawn(then) === undefined;
  const different = Object.keys(then).filter((name) => then[name] !== now[name] && (name !== 'seed' || isSeedUsed));
  if (different.length > 0) throw laidOutOtherwise(checkpoint.file, then, now, different);
  return checkpoint;
}

function laidOutOtherwise(file: string, then: RingLayout, now: RingLayout, different: readonly string[]): ConfigError {
  const said = (layout: RingLayout) => different.map((name) => `${name} ${String(layout[name])}`).join(', ');
  return new ConfigError(
    'startFrom',
    `${file} is of a run with ${said(then)}, this one has ${said(now)}: its weights would be laid out otherwise, and the ` +
      `network would know nothing of what it learnt. Pass ${different.map((name) => flagOf(name, then[name]!)).join(' ')}.`,
  );
}

function flagOf(name: string, value: string | number | boolean): string {
  if (typeof value === 'boolean') return value ? `--${kebabCase(name)}` : `--no-${kebabCase(name)}`;
  return `--${kebabCase(name)} ${value}`;
}
