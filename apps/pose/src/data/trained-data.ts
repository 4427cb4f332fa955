// Which people a network was trained on, as run record, checkpoint and lists keep it: by image, place and joints, so that
// other annotations of the same people are other people, whatever the file is called.
import { createHash } from 'node:crypto';
import { type DataAtHand, namedExamples } from 'training-kit';
import type { PersonRecord } from './annotations/person-record.js';
import type { Dataset } from './dataset.js';
import { jointNames } from './joints.js';
import type { Split } from './split.js';

/** @param people those of train who are trained on */
export function dataAtHand(
  { normalization, val, test }: Pick<Dataset, 'normalization' | 'val' | 'test'>,
  people: Split,
): DataAtHand {
  const splits = Object.entries({ train: people, val, test });
  return {
    network: { joints: jointNames, normalization },
    splits: Object.fromEntries(splits.map(([name, split]) => [name, namedExamples(() => namesOf(split))])),
  };
}

/** One name a person: `a.jpg (30.0, 40.0) 1a2b3c4d`, or the random stream of a rendered figure. */
function* namesOf({ people, images }: Split): Generator<string, void, undefined> {
  for (const [i, person] of people.entries()) {
    yield images.kind === 'rendered' ? `${images.rngPath}/${images.figures?.[i] ?? i}` : nameOf(person);
  }
}

/** The image in a name of `namesOf`. */
export function imageInName(name: string): string {
  return name.slice(0, name.lastIndexOf(' ('));
}

/** Tenths of a pixel: no reader's last bit makes another person. */
function nameOf({ image, center, joints, states }: PersonRecord): string {
  const places = Array.from(joints, (value) => Math.round(10 * value));
  const marks = createHash('sha256')
    .update(JSON.stringify([places, Array.from(states)]))
    .digest('hex');
  return `${image} (${center.x.toFixed(1)}, ${center.y.toFixed(1)}) ${marks.slice(0, 8)}`;
}
