import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { sectionOf } from 'training-kit/report';
import { beforeAll, expect, test } from 'vitest';
import { outcomeOf } from '../test/report-outcome.js';
import type { PoseSettings } from './config.js';
import { skippedRecord, type SkipReason } from './data/annotations/annotations.js';
import { describeModel, poseReport } from './report.js';
import type { PoseOutcome } from './report/outcome.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** The same with no prediction to draw: pictures take the most time. */
function withoutPictures(outcome: PoseOutcome): PoseOutcome {
  return { ...outcome, test: outcome.test && { ...outcome.test, predictions: [] } };
}

/** The same where nobody was held out: there is no test, and val is empty. */
async function outcomeWithoutTest(settings: PoseSettings = {}): Promise<PoseOutcome> {
  const outcome = await outcomeOf(settings);
  const { dataset } = outcome;
  return { ...outcome, dataset: { ...dataset, test: dataset.val }, heldOut: { ...dataset.val }, test: undefined };
}

/** Weights of a sub-network of 4 features and depth 1: five residual modules, a 1×1, and 16 maps; and its merge. */
const [subNetwork, merge] = [5 * (4 * 2 + 9 * 2 * 2 + 2 * 4) + 4 * 4 + 4 * 16, 4 * 4 + 16 * 4];

test('all parts, in order, and nothing left in memory', async () => {
  const outcome = await outcomeOf({ seed: 3, numEpochs: 7 });
  const before = tf.memory().numTensors;
  const { title, subtitle, sections } = await poseReport(outcome);
  expect(tf.memory().numTensors).toBe(before);
  expect(title).toBe('2 stacked hourglasses, weights ring, on rendered figures');
  expect(subtitle).toBe('preset none · 4 features · 32 px · seed 3 · 7 epochs');
  expect(sections.map((section) => section.title)).toEqual([
    ...['Training', 'PCKh over its threshold', 'By joint', 'In each definition of PCKh'],
    ...['Predictions, evenly from the held-out people', 'The worst ones', 'Heat maps', 'Parameters', 'The run'],
  ]);
  expect(sectionOf(sections, 'facts', 'The run').facts).toEqual([{ name: 'machine', value: 'a test' }]);
  outcome.source.dispose();
});

test('the summary: PCKh held out and seen, the gap between them, and the ring', async () => {
  const outcome = withoutPictures(await outcomeOf());
  const { summary } = await poseReport(outcome);
  expect([subNetwork, merge]).toEqual([340, 80]);
  expect(summary).toEqual([
    { label: 'PCKh@0.5, held out', value: '50.0 %', note: '3 people of test; variant A, pytorch-pose' },
    {
      label: 'PCKh@0.5, train',
      value: '100.0 %',
      note: '1 of the people trained on, drawn, without augmentation',
    },
    { label: 'Train − held-out gap', value: '50.0 points', note: 'table 6(b) of the paper' },
    { label: 'Sub-networks', value: '420', note: 'trainable numbers for 760 weights; one sub-network has 420' },
  ]);
  outcome.source.dispose();
});

test.each([
  { pckh: 'A', value: '50.0 %', gap: '50.0 points', rule: 'pytorch-pose' },
  { pckh: 'B', value: '100.0 %', gap: '0.0 points', rule: 'HRNet' }, // half a head's size is found
  { pckh: 'C', value: '48.4 %', gap: '51.6 points', rule: 'princeton' }, // 15 of 31 joints
] as const)('variant $pckh stands first where it is chosen: $value', async ({ pckh, value, gap, rule }) => {
  const outcome = withoutPictures(await outcomeOf({ pckh }));
  const { summary, sections } = await poseReport(outcome);
  expect([summary[0]!.value, summary[2]!.value]).toEqual([value, gap]);
  expect(summary[0]!.note).toBe(`3 people of test; variant ${pckh}, ${rule}`);
  expect(sectionOf(sections, 'table', 'By joint').note).toContain(`variant ${pckh};`);
  expect(sectionOf(sections, 'table', 'In each definition of PCKh').rows).toEqual([
    ['A, pytorch-pose', '50.0 %', '100.0 %', 1],
    ['B, HRNet', '100.0 %', '100.0 %', 1],
    ['C, princeton', '48.4 %', '100.0 %', 1],
  ]);
  outcome.source.dispose();
});

test('by joint: held out beside train, left and right counted together', async () => {
  const outcome = withoutPictures(await outcomeOf());
  const { rows } = sectionOf((await poseReport(outcome)).sections, 'table', 'By joint');
  expect(rows).toEqual([
    ['head top', '50.0 %', 2, '100.0 %', 1],
    ['upper neck', '50.0 %', 2, '100.0 %', 1],
    ['shoulder', '50.0 %', 4, '100.0 %', 2],
    ['elbow', '50.0 %', 4, '100.0 %', 2],
    ['wrist', '50.0 %', 4, '100.0 %', 2],
    ['thorax', '50.0 %', 2, '100.0 %', 1],
    ['pelvis', '0.0 %', 1, '100.0 %', 1],
    ['hip', '50.0 %', 4, '100.0 %', 2],
    ['knee', '50.0 %', 4, '100.0 %', 2],
    ['ankle', '50.0 %', 4, '100.0 %', 2],
  ]);
  outcome.source.dispose();
});

test('people of val stand for those of test where the joints of test are not known', async () => {
  const outcome = withoutPictures(await outcomeOf());
  const { summary } = await poseReport({ ...outcome, heldOut: { ...outcome.heldOut } });
  expect(summary[0]!.note).toBe('3 people of val; variant A, pytorch-pose');
  outcome.source.dispose();
});

test('nobody held out: dashes in place of numbers, and no pictures', async () => {
  const outcome = await outcomeWithoutTest();
  const { summary, sections } = await poseReport(outcome);
  expect(summary.slice(0, 3).map(({ value }) => value)).toEqual(['–', '100.0 %', '–']);
  expect(summary[0]!.note).toBe('0 people of val; variant A, pytorch-pose');
  expect(sections.map(({ title }) => title)).toEqual([
    ...['Training', 'PCKh over its threshold', 'By joint', 'In each definition of PCKh', 'Parameters', 'The run'],
  ]);
  expect(sectionOf(sections, 'table', 'By joint').rows[2]).toEqual(['shoulder', '–', null, '100.0 %', 2]);
  expect(sectionOf(sections, 'table', 'In each definition of PCKh').rows[0]).toEqual([
    'A, pytorch-pose',
    '–',
    '100.0 %',
    0,
  ]);
  const [pckh] = sectionOf(sections, 'charts', 'PCKh over its threshold').charts;
  expect(pckh?.kind === 'lines' && pckh.series.map(({ name }) => name)).toEqual(['train']);
  expect(sectionOf(sections, 'charts', 'Training').charts.slice(0, 2)).toMatchObject([
    {
      series: [
        { name: 'train', x: [0.5], y: [1] },
        { name: 'val', x: [], y: [] },
      ],
    },
    { series: [{ name: 'val', x: [], y: [] }] },
  ]);
  outcome.source.dispose();
});

test('PCKh over its threshold: nothing is found below the error, all above it', async () => {
  const outcome = withoutPictures(await outcomeOf());
  const [chart] = sectionOf((await poseReport(outcome)).sections, 'charts', 'PCKh over its threshold').charts;
  const series = chart?.kind === 'lines' ? chart.series : [];
  expect(series.map(({ name, isDashed }) => [name, isDashed])).toEqual([
    ['held out', true],
    ['train', false],
  ]);
  const [heldOut, train] = series.map(({ y }) => Array.from(y));
  // an error of 0.25 is at position 25, and not below it
  expect(heldOut).toEqual([...new Array<number>(26).fill(0), ...new Array<number>(25).fill(0.5)]);
  expect(train).toEqual([...new Array<number>(26).fill(0), ...new Array<number>(25).fill(1)]);
  outcome.source.dispose();
});

test.each([
  { numOfTrain: 1, numOfVal: 0, said: 'missing image: 1.', numShown: 1 },
  { numOfTrain: 2, numOfVal: 1, said: 'missing image: 2, no joint: 1.', numShown: 3 },
  { numOfTrain: 1, numOfVal: 200, said: 'missing image: 1, no joint: 200. The first 200:', numShown: 200 },
])('records left out: $said', async ({ numOfTrain, numOfVal, said, numShown }) => {
  const skipped = (count: number, reason: SkipReason) =>
    Array.from({ length: count }, (_, i) =>
      skippedRecord(
        reason,
        { origin: { file: 'a.json', record: `record ${i}` }, image: 'b.jpg', split: 'train' },
        reason,
      ),
    );
  const { dataset, ...outcome } = await outcomeWithoutTest();
  const { sections } = await poseReport({
    ...outcome,
    dataset: {
      ...dataset,
      train: { ...dataset.train, skipped: skipped(numOfTrain, 'missing image') },
      val: { ...dataset.val, skipped: skipped(numOfVal, 'no joint') },
    },
  });
  const { note, rows } = sectionOf(sections, 'table', 'Records left out');
  expect(note).toBe(said);
  expect(rows).toHaveLength(numShown);
  expect(rows[0]).toEqual(['a.json, record 0 (b.jpg): missing image. The record is skipped.']);
  outcome.source.dispose();
});

test.each([
  { numLeftOut: 1, said: '1 image could not be read.' },
  { numLeftOut: 2, said: '2 images could not be read.' },
])('images left out: $numLeftOut', async ({ numLeftOut, said }) => {
  const leftOut = Array.from({ length: numLeftOut }, (_, i) => ({ file: `${i}.jpg`, reason: `${i}.jpg is empty.` }));
  const outcome = await outcomeWithoutTest();
  const { sections } = await poseReport({ ...outcome, leftOut });
  expect(sections.slice(-2).map(({ title }) => title)).toEqual(['Images left out', 'The run']);
  const { note, rows } = sectionOf(sections, 'table', 'Images left out');
  expect(note?.startsWith(said)).toBe(true);
  expect(rows).toEqual(leftOut.map(({ reason }) => [reason]));
  outcome.source.dispose();
});

test.each<{ settings: PoseSettings; name: 'rendered' | 'mpii'; title: string; line: string }>([
  {
    settings: { numStacks: 1 },
    name: 'rendered',
    title: '1 stacked hourglass, weights ring, on rendered figures',
    line: '1 hourglass of 4 features, depth 1, weights ring: 340 trainable numbers for 340 weights of the sub-networks; ',
  },
  {
    settings: { numStacks: 3, weights: 'shared' },
    name: 'mpii',
    title: '3 stacked hourglasses, weights shared, on images of people',
    line: '3 hourglasses of 4 features, depth 1, weights shared: 420 trainable numbers for 1,180 weights of the sub-networks; ',
  },
])('$title', async ({ settings, name, title, line }) => {
  const { dataset, ...outcome } = await outcomeWithoutTest(settings);
  const report = await poseReport({ ...outcome, dataset: { ...dataset, name } });
  expect(report.title).toBe(title);
  const said = describeModel(outcome.config, outcome.model, outcome.source);
  expect(said.slice(0, line.length)).toBe(line);
  expect(said.slice(line.length)).toMatch(/^[\d,]+ in all, unshared [\d,]+\.$/);
  outcome.source.dispose();
});
