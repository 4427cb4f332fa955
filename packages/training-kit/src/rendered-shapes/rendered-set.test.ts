import { expect, test } from 'vitest';
import { ConfigError } from '../errors.js';
import { noAugmentation } from '../labelled-images/augment.js';
import { countClasses } from '../labelled-images/split.js';
import { openRenderedShapes, type RenderedSettings } from './rendered-set.js';

const small: RenderedSettings = {
  renderedTrain: 30,
  renderedTest: 20,
  valExamples: 10,
  augmentation: noAugmentation,
  numWorkers: 1,
  seed: 3,
};

test('three splits, each painted on its own; the same seed gives the same bytes', async () => {
  const { train, val, test: held, numClasses, classNames, imageShape } = openRenderedShapes(small);
  expect([train, val, held].map(({ numExamples }) => numExamples)).toEqual([30, 10, 20]);
  expect([numClasses, classNames.length]).toEqual([10, 10]);
  expect(imageShape).toEqual([32, 32, 3]);
  expect(countClasses(held.labels, 10)).toEqual(new Array(10).fill(2));
  const again = openRenderedShapes({ ...small, renderedTrain: 5 });
  expect(await again.train.imageAt(4)).toEqual(await train.imageAt(4)); // whatever the size
  expect(await held.imageAt(4)).not.toEqual(await train.imageAt(4));
  const other = openRenderedShapes({ ...small, seed: 4 });
  expect(await other.train.imageAt(4)).not.toEqual(await train.imageAt(4));
});

test.each([
  { change: { renderedTrain: 0 }, said: 'renderedTrain is 0, expected an integer from 1 to 1000000.' },
  { change: { renderedTest: 1.5 }, said: 'renderedTest is 1.5, expected an integer from 1 to 1000000.' },
  { change: { valExamples: -1 }, said: 'valExamples is -1, expected an integer from 0 to 1000000.' },
])('$said', ({ change, said }) => {
  expect(() => openRenderedShapes({ ...small, ...change })).toThrow(new ConfigError(Object.keys(change)[0]!, said));
});
