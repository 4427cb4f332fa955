import type { TrainedData } from 'training-kit';
import { expect, test } from 'vitest';
import { noJoints } from './annotations/person-record.js';
import { evaluatedSplits } from './evaluated-splits.js';
import type { Split } from './split.js';
import { dataAtHand } from './trained-data.js';
import { unitRange } from './views/normalization.js';

function peopleIn(...images: string[]): Split {
  const people = images.map((image) => ({
    ...{ image, center: { x: 30, y: 40 }, scale: 0.5, ...noJoints(), headSize: 9, headBox: null, declaredSize: null },
    ...({ split: 'train', origin: { file: 'test', record: `record of ${image}` } } as const),
  }));
  const files = { kind: 'files', folder: 'photos', onBadImage: 'stop' } as const;
  return { people, numExamples: people.length, images: files, skipped: [] };
}

const splitsAtHand = (people: Split, val: Split) =>
  dataAtHand({ normalization: unitRange, val, test: peopleIn() }, people).splits;

/** What a run keeps of `people`: their digest, and their names in one Unicode form. */
function trainedOn(people: Split): TrainedData {
  const splits = splitsAtHand(people, peopleIn());
  const names = [...splits.train!.names!()];
  return { kind: 'known', from: 'run', identity: { network: {}, splits }, namesOf: () => Promise.resolve(names) };
}

const [composed, decomposed] = ['Zo\u00eb.jpg', 'Zoe\u0308.jpg'];

test.each([
  { trained: composed, evaluated: decomposed },
  { trained: decomposed, evaluated: decomposed },
])('people in images with accents are known again: $trained, $evaluated', async ({ trained, evaluated }) => {
  const val = peopleIn(evaluated);
  const splitsOf = async (people: Split) => {
    const { train } = splitsAtHand(people, val);
    const data = trainedOn(peopleIn(trained, 'a.jpg'));
    const { splits, notes } = await evaluatedSplits({ train: people, val, test: peopleIn() }, train!, data, false);
    return { names: [...splits.keys()], notes };
  };
  const met = 'val: 1 of 1 people are in images that were trained on.';
  expect(await splitsOf(peopleIn('b.jpg', evaluated))).toEqual({
    names: ['annotations', 'val', 'test'],
    notes: ['annotations: these are not the people trained on; 1 of them were.', met],
  });
  expect(await splitsOf(peopleIn(evaluated))).toEqual({ names: ['train', 'val', 'test'], notes: [met] });
  expect(await splitsOf(peopleIn('b.jpg'))).toEqual({
    names: ['annotations', 'val', 'test'],
    notes: ['annotations: these are not the people trained on; none of them was.', met],
  });
});
