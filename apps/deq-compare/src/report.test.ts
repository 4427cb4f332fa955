import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { sectionOf } from 'training-kit/report';
import { beforeAll, expect, test } from 'vitest';
import { madeSolves } from '../test/finished-members.js';
import { tiny } from '../test/tiny-settings.js';
import { configSchema, type DeqSettings } from './config.js';
import { type DataConfig, openDataset } from './data/dataset.js';
import { buildNetwork } from './model/network.js';
import { type DeqOutcome, deqReport, describeModel, stepsAxis } from './report.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const images: DataConfig = { ...configSchema.parse({ ...tiny, renderedTest: 2, valExamples: 0 }), dataset: 'rendered' };

/**
 * A network that nobody trained and two test images, of classes 0 and 1, both taken for class 0. The images are rendered
 * ones, whatever the config calls them; an equilibrium model has searched.
 */
async function outcomeOf(settings: DeqSettings = {}): Promise<DeqOutcome> {
  const config = configSchema.parse({ ...tiny, valExamples: 0, ...settings });
  const dataset = await openDataset(images);
  const { model, source } = buildNetwork(config, { numClasses: dataset.numClasses });
  return {
    config,
    preset: 'none',
    dataset,
    model,
    source,
    history: [
      { step: 1, wallTime: 0, metrics: { loss: 3, accuracy: 0.25, forwardSteps: 5, diverged: 2, backwardDiverged: 1 } },
      { step: 2, wallTime: 0, metrics: { loss: 2, accuracy: 0.5, forwardSteps: 4, diverged: 3, backwardRestarts: 4 } },
    ],
    stepsPerEpoch: 2,
    test: {
      numExamples: 2,
      examples: Int32Array.of(0, 1),
      loss: 1.23456,
      top1: 0.5,
      top5: 1,
      probabilities: Float32Array.from([0, 1].flatMap(() => [0.55, ...new Array<number>(9).fill(0.05)])),
      solves: config.network === 'mdeq' ? madeSolves : undefined,
    },
    facts: { machine: 'a test' },
  };
}

/**
 * Weights of one block of two scales of 8 channels: in each scale 3×3 to five times the channels and back and a 1×1 at
 * the end; between them a 3×3 down and a 1×1 up.
 */
const blockSize = 2 * (2 * 9 * 8 * 40 + 8 * 8) + 9 * 8 * 8 + 8 * 8;

test('all parts of an equilibrium model’s report, in order, and nothing left in memory', async () => {
  const outcome = await outcomeOf({ network: 'mdeq', seed: 3, numEpochs: 7 });
  const before = tf.memory().numTensors;
  const { title, subtitle, sections } = await deqReport(outcome);
  expect(tf.memory().numTensors).toBe(before);
  expect(title).toBe('MDEQ (implicit, broyden) on rendered shapes');
  expect(subtitle).toBe('preset none · channels 8, 8 · seed 3 · 7 epochs');
  expect(sections.map((section) => section.title)).toEqual([
    ...['Training', 'Fixed points', 'Trouble in searches', 'Beside table 1 of the paper', 'Parameters'],
    ...['Confusions on test', 'Wrong, and most sure of it', 'Right', 'Filters of the stem', 'The run'],
  ]);
  expect(sectionOf(sections, 'facts', 'The run').facts).toEqual([{ name: 'machine', value: 'a test' }]);
  outcome.source.dispose();
});

test('repeated blocks search nothing, and say nothing of it', async () => {
  const outcome = await outcomeOf({ network: 'rpg', numBlocks: 2 });
  const { title, summary, sections } = await deqReport(outcome);
  expect(title).toBe('RPG, 2× MS block on rendered shapes');
  expect(summary.map(({ label }) => label)).toEqual(['Test accuracy', 'Block weights']);
  expect(sections.map((section) => section.title)).toEqual([
    ...['Training', 'Beside table 1 of the paper', 'Parameters', 'Confusions on test'],
    ...['Wrong, and most sure of it', 'Right', 'Filters of the stem', 'The run'],
  ]);
  outcome.source.dispose();
});

test('the summary of an equilibrium model: accuracy, size, and how its searches went', async () => {
  const outcome = await outcomeOf({ network: 'mdeq', forwardSteps: 18, tolerance: 0.001 });
  const { summary } = await deqReport(outcome);
  expect(summary[0]).toEqual({ label: 'Test accuracy', value: '50.0 %', note: '2 images, read once; loss 1.235 nats' });
  const size = blockSize.toLocaleString('en');
  expect(summary[1]).toMatchObject({ label: 'Block weights', value: size });
  expect(summary[1]!.note).toMatch(new RegExp(`^stand for ${size}; [\\d,]+ trained numbers in all$`));
  expect(summary.slice(2)).toEqual([
    { label: 'Solver steps on test', value: '17.5', note: 'at most 18; mean residual 1.2e-2' },
    { label: 'Unsolved', value: '25.0 %', note: 'of 40 searches did not reach 0.001; 3 diverged, 2 met NaN' },
  ]);
  outcome.source.dispose();
});

test.each<{ settings: DeqSettings; paper: string | undefined; row: number | undefined; cells: (string | null)[] }>([
  { settings: { dataset: 'cifar10' }, paper: '85.1 %', row: 0, cells: ['50.0 %', null, null] },
  {
    settings: { dataset: 'cifar100', network: 'rpg', numBlocks: 4 },
    paper: '65.7 %',
    row: 3,
    cells: [null, '50.0 %', null],
  },
  { settings: { network: 'rpg', numBlocks: 3 }, paper: undefined, row: 2, cells: [null, null, '50.0 %'] },
  {
    settings: { dataset: 'cifar10', network: 'rpg', numBlocks: 2, weights: 'shared' },
    paper: undefined,
    row: undefined,
    cells: [],
  },
])('$settings beside table 1: row $row, paper $paper', async ({ settings, paper, row, cells }) => {
  const outcome = await outcomeOf(settings);
  const { summary, sections } = await deqReport(outcome);
  expect(summary[0]!.paper).toBe(paper);
  const table = sectionOf(sections, 'table', 'Beside table 1 of the paper');
  expect(table.columns.map(({ isPaper }) => isPaper === true)).toEqual([false, true, true, false, false, false]);
  expect(table.rows.map((cellsOfRow) => cellsOfRow.slice(0, 3))).toEqual([
    ['MDEQ', '85.1 %', '59.8 %'],
    ['RPG, 2× MS block', '88.5 %', '62.8 %'],
    ['RPG, 3× MS block', '90.1 %', '64.7 %'],
    ['RPG, 4× MS block', '90.9 %', '65.7 %'],
  ]);
  expect(table.highlightedRow).toBe(row);
  const empty = [null, null, null];
  expect(table.rows.map((cellsOfRow) => cellsOfRow.slice(3))).toEqual(
    [0, 1, 2, 3].map((index) => (index === row ? cells : empty)),
  );
  outcome.source.dispose();
});

test('curves of searches: steps, residuals against the tolerance, and the mean course on test', async () => {
  const outcome = await outcomeOf({ network: 'mdeq', tolerance: 0.01 });
  const { charts } = sectionOf((await deqReport(outcome)).sections, 'charts', 'Fixed points');
  expect(charts.map(({ title }) => title)).toEqual([
    'Evaluations of the block in a search',
    'Residual at the end of a search',
    'Searches that did not converge',
    'Residual over the steps of a search, on test',
  ]);
  expect(charts[0]).toMatchObject({
    y: { range: [0, 7] },
    series: [
      { name: 'forward', x: [0.5, 1], y: [5, 4] },
      { name: 'backward', x: [], y: [] },
    ],
  });
  expect(charts[1]).toMatchObject({ references: [{ label: 'tolerance', value: 0.01 }] });
  expect(charts[3]).toMatchObject({ series: [{ x: [1, 2, 3], y: [0.5, 0.1, 0.02] }] });
  outcome.source.dispose();
});

test('troubles of searches: summed over the training, and on test', async () => {
  const outcome = await outcomeOf({ network: 'mdeq' });
  expect(sectionOf((await deqReport(outcome)).sections, 'table', 'Trouble in searches').rows).toEqual([
    ['ran away', 5, 1, 3],
    ['met NaN or infinity', 0, 0, 2],
    ['forgot its history (singular equations)', 0, 4, 1],
  ]);
  outcome.source.dispose();
});

test('where nothing was held out, the curves of val are empty', async () => {
  const outcome = await outcomeOf({ network: 'rpg' });
  const { charts } = sectionOf((await deqReport(outcome)).sections, 'charts', 'Training');
  expect(charts.map(({ title }) => title)).toEqual(['Loss', 'Accuracy', 'Learning rate', 'Time of a step']);
  expect(charts.slice(0, 2)).toMatchObject([
    {
      series: [
        { x: [0.5, 1], y: [3, 2] },
        { name: 'val', x: [], y: [] },
      ],
    },
    {
      series: [
        { x: [0.5, 1], y: [0.25, 0.5] },
        { name: 'val', x: [], y: [] },
      ],
    },
  ]);
  outcome.source.dispose();
});

test('pictures of what was right and wrong, and the confusion behind them', async () => {
  const outcome = await outcomeOf({ network: 'rpg' });
  const { sections } = await deqReport(outcome);
  const { classNames } = outcome.dataset;
  const captions = (title: string) => sectionOf(sections, 'images', title).images.map(({ caption }) => caption);
  expect(captions('Wrong, and most sure of it')).toEqual([classNames[1]]);
  expect(captions('Right')).toEqual([classNames[0]]);
  const [matrix] = sectionOf(sections, 'charts', 'Confusions on test').charts;
  const counts = matrix?.kind === 'confusion' ? Array.from(matrix.counts) : [];
  expect(counts.flatMap((count, cell) => (count === 0 ? [] : [[cell, count]]))).toEqual([
    [0, 1], // class 0 for itself
    [10, 1], // class 1 for class 0
  ]);
  outcome.source.dispose();
});

test.each<{ settings: DeqSettings; row: string; counts: string[]; said: string }>([
  {
    settings: { network: 'mdeq' },
    row: 'block',
    counts: ['12,288', '12,288'],
    said: 'MDEQ (implicit, broyden), channels 8, 8: 12,288 trainable numbers for the 12,288 weights of one block; ',
  },
  {
    settings: { network: 'rpg', numBlocks: 3 },
    row: 'blocks (ring)',
    counts: ['12,288', '36,864'],
    said: 'RPG, 3× MS block, channels 8, 8: 12,288 trainable numbers for the 36,864 weights of 3 blocks; ',
  },
])('parameters: $said', async ({ settings, row, counts, said }) => {
  expect(blockSize).toBe(12_288);
  const outcome = await outcomeOf(settings);
  const { rows } = sectionOf((await deqReport(outcome)).sections, 'table', 'Parameters');
  expect(rows[0]).toEqual([row, ...counts]);
  const line = describeModel(outcome.config, outcome.source);
  expect(line.slice(0, said.length)).toBe(said);
  expect(line.slice(said.length)).toMatch(/^[\d,]+ in all\.$/);
  outcome.source.dispose();
});

test('the axis of steps ends a little above the larger limit', () => {
  expect(stepsAxis({ forwardSteps: 18, backwardSteps: 20 })).toEqual({ label: 'steps', range: [0, 22] });
  expect(stepsAxis({ forwardSteps: 30, backwardSteps: 20 })).toEqual({ label: 'steps', range: [0, 32] });
});
