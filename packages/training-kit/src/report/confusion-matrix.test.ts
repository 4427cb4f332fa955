import { expect, test } from 'vitest';
import { drawChart } from './charts/charts.js';
import { confusionSpec } from './confusion-matrix.js';

const names = (numClasses: number) => Array.from({ length: numClasses }, (_, index) => `class ${index}`);

test('lists the most frequent confusions by their share of the true class', () => {
  // prettier-ignore
  const counts = [
    90, 10, 0,
     1,  4, 0, // 1 of 5 weighs more than 10 of 100
     0,  0, 7,
  ];
  const { listing, alt } = confusionSpec({ kind: 'confusion', title: 't', classNames: ['a', 'b', 'c'], counts });
  expect(listing?.lines).toEqual(['b taken for a: 20.0\u202f% (1)', 'a taken for b: 10.0\u202f% (10)']);
  expect(alt).toBe('Confusion matrix “t” of 3 classes: 101 of 112 examples on the diagonal.');
});

test('bad counts are left out and counted', () => {
  const { notes } = confusionSpec({ kind: 'confusion', title: 't', classNames: ['a', 'b'], counts: [1, NaN, -1, 1] });
  expect(notes[0]).toBe('2 counts negative or not finite, left out.');
});

test('100 classes, every cell filled', async () => {
  const counts = new Uint32Array(100 * 100).fill(1);
  for (let index = 0; index < 100; index++) counts[index * 101] = 50;
  const { svgs } = await drawChart({ kind: 'confusion', title: 't', classNames: names(100), counts }, 'a', true);
  expect(svgs).toHaveLength(1);
  expect(svgs[0]!.length).toBeLessThan(1_000_000);
});

test('more classes than can be drawn leave the list', () => {
  const counts = new Uint32Array(101 * 101);
  counts[1] = 3;
  const spec = confusionSpec({ kind: 'confusion', title: 't', classNames: names(101), counts });
  expect(spec.specFor).toBeNull();
  expect(spec.notes).toEqual(['101 classes are too many to draw (at most 100).']);
  expect(spec.listing?.lines).toEqual(['class 0 taken for class 1: 100.0\u202f% (3)']);
});
