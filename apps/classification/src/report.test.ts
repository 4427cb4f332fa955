import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import type { Evaluation } from 'training-kit/classifier';
import { sectionOf } from 'training-kit/report';
import { beforeAll, expect, test } from 'vitest';
import { type ClassificationSettings, configSchema } from './config.js';
import { type Dataset, openDataset } from './data/dataset.js';
import { buildNetwork } from './model/network.js';
import { type ClassificationOutcome, classificationReport, describeModel } from './report.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** Backbone weights of a ResNet18 of width 1, its four stages. */
const backbone = [36, 18 + 3 * 36 + 2, 72 + 3 * 144 + 8, 288 + 3 * 576 + 32].reduce((sum, stage) => sum + stage);

/** Image i is taken for class `label` with `probability`; the other nine classes have an equal share of the rest. */
function evaluationOf(
  said: readonly { readonly label: number; readonly probability: number }[],
  scores: Pick<Evaluation, 'loss' | 'top1' | 'top5'>,
): Evaluation {
  const rows = said.map(({ label, probability }) =>
    Array.from({ length: 10 }, (_, c) => (c === label ? probability : (1 - probability) / 9)),
  );
  return {
    ...scores,
    numExamples: said.length,
    examples: Int32Array.from(said.keys()),
    probabilities: Float32Array.from(rows.flat()),
  };
}

/** A network that nobody trained and three test images, of classes 0 to 2; the first alone is right. */
async function outcomeOf(
  settings: ClassificationSettings = {},
  changes: Partial<Dataset> = {},
): Promise<ClassificationOutcome> {
  const small = { width: 1, ringSize: 681, renderedTrain: 4, renderedTest: 3, valExamples: 0 };
  const config = configSchema.parse({ ...small, precision: 'float32', ...settings });
  const dataset = { ...(await openDataset(config, () => undefined)), ...changes };
  const { model, source } = buildNetwork(config, { numClasses: dataset.numClasses });
  const said = [
    { label: 0, probability: 0.55 },
    { label: 2, probability: 0.64 },
    { label: 0, probability: 0.91 },
  ];
  return {
    config,
    preset: 'none',
    dataset,
    model,
    source,
    history: [
      { step: 1, wallTime: 0, metrics: { loss: 3, accuracy: 0.25, learningRate: 0.1, stepMs: 5, waitMs: 1 } },
      { step: 2, wallTime: 0, metrics: { loss: 2, accuracy: 0.5, learningRate: 0.1, stepMs: 5, waitMs: 1 } },
    ],
    stepsPerEpoch: 2,
    test: evaluationOf(said, { loss: 1.23456, top1: 1 / 3, top5: 2 / 3 }),
    train: evaluationOf(said, { loss: 0.5, top1: 0.75, top5: 1 }),
    facts: { machine: 'a test' },
  };
}

test('all parts, in order, and nothing left in memory', async () => {
  const outcome = await outcomeOf({ seed: 3, numEpochs: 7 });
  const before = tf.memory().numTensors;
  const { title, subtitle, sections } = await classificationReport(outcome);
  expect(tf.memory().numTensors).toBe(before);
  expect(title).toBe('ResNet18-RPG on rendered shapes');
  expect(subtitle).toBe('preset none · width 1 · seed 3 · 7 epochs');
  expect(sections.map((section) => section.title)).toEqual([
    ...['Training', 'Parameters', 'Confusions on test', 'Wrong, and most sure of it', 'Right'],
    ...['Filters of the stem', 'The run'],
  ]);
  expect(sectionOf(sections, 'filters', 'Filters of the stem').shape).toEqual([3, 3, 3, 1]);
  expect(sectionOf(sections, 'facts', 'The run').facts).toEqual([{ name: 'machine', value: 'a test' }]);
  outcome.source.dispose();
});

test('the summary: accuracies, the gap to the images trained on, and the ring', async () => {
  const outcome = await outcomeOf();
  const { summary } = await classificationReport(outcome);
  expect(backbone).toBe(2724);
  expect(summary).toEqual([
    { label: 'Test accuracy', value: '33.3 %', note: '3 images, read once' },
    { label: 'Top-5', value: '66.7 %', note: 'test loss 1.235 nats' },
    {
      label: 'Train − test gap',
      value: '41.7 points',
      note: 'table 6(a) of the paper; 75.0 % on 3 of the 4 images trained on, drawn by the seed, without augmentation',
    },
    { label: 'Backbone', value: '681', note: 'trainable numbers for 2,724 weights (25.0 %)' },
  ]);
  outcome.source.dispose();
});

test('a gap over all images trained on; better on test than on those it is below zero', async () => {
  const outcome = await outcomeOf({ renderedTrain: 3 });
  const { summary } = await classificationReport({
    ...outcome,
    train: { ...outcome.train, top1: 0.5 },
    test: { ...outcome.test, top1: 0.75 },
  });
  expect(summary[2]!.value).toBe('-25.0 points');
  expect(summary[2]!.note).toContain('50.0 % on all 3 images trained on, without augmentation');
  outcome.source.dispose();
});

test.each<{ name: Dataset['name']; settings: ClassificationSettings; title: string }>([
  { name: 'cifar10', settings: { weights: 'independent' }, title: 'ResNet18 on CIFAR-10' },
  { name: 'cifar100', settings: { weights: 'shared' }, title: 'ResNet18 on CIFAR-100' },
  { name: 'folder', settings: { depth: 34 }, title: 'ResNet34-RPG on images of 10 classes' },
])('title: $title', async ({ name, settings, title }) => {
  const outcome = await outcomeOf(settings, { name });
  expect((await classificationReport(outcome)).title).toBe(title);
  outcome.source.dispose();
});

test('curves over epochs; where nothing was held out, those of val are empty', async () => {
  const outcome = await outcomeOf();
  const chartsOf = async (made: ClassificationOutcome) =>
    sectionOf((await classificationReport(made)).sections, 'charts', 'Training').charts;
  const charts = await chartsOf(outcome);
  expect(charts.map(({ title }) => title)).toEqual([
    ...['Loss', 'Accuracy', 'Learning rate', 'Time of a step', 'Memory at each evaluation'],
  ]);
  expect(charts[0]).toMatchObject({
    series: [
      { name: 'train', x: [0.5, 1], y: [3, 2] },
      { name: 'val', x: [], y: [] },
    ],
  });
  const history = [...outcome.history, { step: 2, wallTime: 0, metrics: { valLoss: 1.5, valTop1: 0.4, rssMB: 700 } }];
  const [loss, accuracy, , , memory] = await chartsOf({ ...outcome, history });
  expect(loss).toMatchObject({ series: [{}, { x: [1], y: [1.5], isDashed: true, isExact: true }] });
  expect(accuracy).toMatchObject({ series: [{ y: [0.25, 0.5] }, { x: [1], y: [0.4] }] });
  expect(memory).toMatchObject({ series: [{ x: [1], y: [700] }] });
  outcome.source.dispose();
});

test('confusions and pictures of what was right and wrong, the surest mistake first', async () => {
  const outcome = await outcomeOf();
  const { sections } = await classificationReport(outcome);
  const [matrix] = sectionOf(sections, 'charts', 'Confusions on test').charts;
  const counts = matrix?.kind === 'confusion' ? Array.from(matrix.counts) : [];
  expect(counts.flatMap((count, cell) => (count === 0 ? [] : [[Math.floor(cell / 10), cell % 10, count]]))).toEqual([
    [0, 0, 1],
    [1, 2, 1],
    [2, 0, 1],
  ]);
  const { classNames } = outcome.dataset;
  const wrong = sectionOf(sections, 'images', 'Wrong, and most sure of it').images;
  expect(wrong.map(({ caption, status }) => [caption, status])).toEqual([
    [classNames[2], 'wrong'],
    [classNames[1], 'wrong'],
  ]);
  const [surest, next, ...others] = wrong[0]!.probabilities!;
  expect(surest).toMatchObject({ label: classNames[0] });
  expect([surest!.value, next!.value]).toEqual([expect.closeTo(0.91, 6), expect.closeTo(0.01, 6)]);
  expect(others).toHaveLength(1);
  const right = sectionOf(sections, 'images', 'Right').images;
  expect(right.map(({ caption, status }) => [caption, status])).toEqual([[classNames[0], 'right']]);
  expect(right[0]!.pixels).toMatchObject({ width: 32, height: 32, channels: 3 });
  outcome.source.dispose();
});

test.each([
  { numLeftOut: 1, said: '1 image could not be read. ' },
  { numLeftOut: 2, said: '2 images could not be read. ' },
])('images left out: $numLeftOut', async ({ numLeftOut, said }) => {
  const leftOut = Array.from({ length: numLeftOut }, (_, i) => ({ file: `${i}.png`, reason: `${i}.png is empty.` }));
  const outcome = await outcomeOf({}, { name: 'folder', leftOut });
  const { sections } = await classificationReport(outcome);
  expect(sections.slice(-2).map(({ title }) => title)).toEqual(['Images left out', 'The run']);
  const { note, rows } = sectionOf(sections, 'table', 'Images left out');
  expect(note).toMatch(new RegExp(`^${said}`));
  expect(rows).toEqual(leftOut.map(({ reason }) => [reason]));
  outcome.source.dispose();
});

test('parameters beside the plain network, and one line about both', async () => {
  const outcome = await outcomeOf();
  const { rows } = sectionOf((await classificationReport(outcome)).sections, 'table', 'Parameters');
  // norms: two numbers a channel, after the stem, after each of 16 convolutions and after the three shortcuts
  const norms = 2 * (1 + 4 * (1 + 2 + 4 + 8) + (2 + 4 + 8));
  expect(norms).toBe(150);
  expect(rows.slice(0, -1)).toEqual([
    ['backbone (ring)', '681', '2,724'],
    ['stem', '27', '27'],
    ['head', '90', '90'], // with its ten biases
    ['norms', '150', '150'],
    ['total', '948', '2,991'],
  ]);
  expect(describeModel(outcome.config, outcome.source)).toBe(
    'ResNet18, width 1, weights ring: 681 trainable numbers for 2,724 backbone weights (25.0 %); 948 in all, plain ' +
      'network 2,991.',
  );
  outcome.source.dispose();
});
