import { sectionOf } from 'training-kit/report';
import { expect, test } from 'vitest';
import { madeMember, madeTimes } from '../../test/finished-members.js';
import { type ComparisonConfig, comparisonSchema, type ComparisonSettings } from './config.js';
import { type ComparisonOutcome, comparisonReport } from './report.js';

const trained = { ring: 1_000_000, generated: 2_000_000, total: 1_234_567 };

/** An equilibrium model and two blocks, timed with images one by one and in hundreds. */
function outcomeOf(settings: ComparisonSettings = {}): ComparisonOutcome {
  const config = comparisonSchema.parse({ timedRounds: 7, ...settings });
  return {
    config,
    preset: 'none',
    members: [
      madeMember('mdeq', { config, top1: 0.75 }),
      madeMember('rpg2', { config, top1: 0.5, parameters: trained }),
    ],
    times: [madeTimes('mdeq', 1, 40), madeTimes('rpg2', 1, 2), madeTimes('mdeq', 100, 8), madeTimes('rpg2', 100, 0.5)],
    facts: { machine: 'a test', rounds: 7 },
  };
}

test('all parts, in order', () => {
  const report = comparisonReport(outcomeOf({ channels: [8, 16], headChannels: [4, 4], seed: 3, numEpochs: 9 }));
  expect(report.title).toBe('Equilibrium model and repeated blocks on rendered shapes');
  expect(report.subtitle).toBe('preset none · channels 8, 16 · seed 3 · 9 epochs');
  expect(report.sections.map(({ title }) => title)).toEqual([
    ...['Table 1', 'Accuracy against size and time', 'Time of an image', 'Training'],
    ...['Fixed points', 'Searches on test', 'Parameters', 'The runs'],
  ]);
  expect(sectionOf(report.sections, 'table', 'Time of an image').note).toContain('7 rounds');
  expect(sectionOf(report.sections, 'facts', 'The runs').facts).toEqual([
    { name: 'machine', value: 'a test' },
    { name: 'rounds', value: 7 },
  ]);
});

test('the summary: accuracy and size of each network, then the factor of time', () => {
  const { summary } = comparisonReport(outcomeOf());
  expect(summary.map(({ label, value }) => [label, value])).toEqual([
    ['MDEQ (implicit, broyden)', '75.0 %'],
    ['RPG, 2× MS block', '50.0 %'],
    ['Time against the equilibrium model, batch 1', '20.0 times less'],
    ['Time against the equilibrium model, batch 100', '16.0 times less'],
  ]);
  expect(summary[1]!.note).toBe('test accuracy, 40 images; 1,234,567 trained numbers');
});

test.each<{ dataset: ComparisonConfig['dataset']; paper: (string | undefined)[] }>([
  { dataset: 'cifar10', paper: ['85.1 %', '88.5 %'] },
  { dataset: 'cifar100', paper: ['59.8 %', '62.8 %'] },
  { dataset: 'rendered', paper: [undefined, undefined] },
])('the paper’s accuracies beside ours on $dataset', ({ dataset, paper }) => {
  const { summary } = comparisonReport(outcomeOf({ dataset }));
  expect(summary.slice(0, 2).map((card) => card.paper)).toEqual(paper);
});

test('table 1: ours beside the paper’s; its other networks below, without numbers of ours', () => {
  const table = sectionOf(comparisonReport(outcomeOf({ dataset: 'cifar100' })).sections, 'table', 'Table 1');
  expect(table.columns.map(({ name, isPaper }) => [name, isPaper === true])).toEqual([
    ['network', false],
    ['CIFAR-10, paper', true],
    ['CIFAR-100, paper', true],
    ['ms an image, paper', true],
    ['CIFAR-100, ours', false],
    ['ms an image, batch 1, ours', false],
    ['ms an image, batch 100, ours', false],
  ]);
  expect(table.rows).toEqual([
    ['MDEQ (implicit, broyden)', '85.1 %', '59.8 %', '3.15', '75.0 %', '40.0', '8.00'],
    ['RPG, 2× MS block', '88.5 %', '62.8 %', '0.12', '50.0 %', '2.00', '0.500'],
    ['RPG, 3× MS block', '90.1 %', '64.7 %', '0.18', null, null, null],
    ['RPG, 4× MS block', '90.9 %', '65.7 %', '0.22', null, null, null],
  ]);
});

test('networks that the paper does not have: no number of its own, no search, no factor', () => {
  const { config, ...outcome } = outcomeOf({ dataset: 'cifar10' });
  const report = comparisonReport({
    ...outcome,
    config,
    members: [madeMember('shared2', { config, top1: 0.25 })],
    times: [madeTimes('shared2', 1, 2)],
  });
  expect(report.summary.map(({ label, value, paper }) => [label, value, paper])).toEqual([
    ['2× MS block, weights shared', '25.0 %', undefined],
  ]);
  const { rows } = sectionOf(report.sections, 'table', 'Table 1');
  expect(rows).toHaveLength(5);
  expect(rows[0]).toEqual(['2× MS block, weights shared', null, null, null, '25.0 %', '2.00']);
  expect(report.sections.map(({ title }) => title)).not.toContain('Fixed points');
  expect(report.sections.map(({ title }) => title)).not.toContain('Searches on test');
});

test('accuracy over size, and over time with a point a batch size', () => {
  const { charts } = sectionOf(comparisonReport(outcomeOf()).sections, 'charts', 'Accuracy against size and time');
  expect(charts.map((chart) => chart.kind === 'scatter' && chart.points)).toEqual([
    [
      { x: 1095, y: 0.75, label: 'MDEQ', group: 'equilibrium model' },
      { x: 1_234_567, y: 0.5, label: 'RPG 2×', group: 'repeated blocks' },
    ],
    [
      { x: 40, y: 0.75, label: 'MDEQ', group: 'batch 1' },
      { x: 8, y: 0.75, label: 'MDEQ', group: 'batch 100' },
      { x: 2, y: 0.5, label: 'RPG 2×', group: 'batch 1' },
      { x: 0.5, y: 0.5, label: 'RPG 2×', group: 'batch 100' },
    ],
  ]);
  expect(charts[1]).toMatchObject({ x: { range: [0.25, 80] } });
});

test('the axis of accuracy stays between nothing and all', () => {
  const { config, ...outcome } = outcomeOf();
  const members = [madeMember('mdeq', { config, top1: 0 }), madeMember('rpg2', { config, top1: 1 })];
  const { charts } = sectionOf(
    comparisonReport({ ...outcome, config, members }).sections,
    'charts',
    'Accuracy against size and time',
  );
  expect(charts[0]).toMatchObject({ y: { range: [0, 1] } });
});

test('curves of training by network; where nothing was held out, that of val is empty', () => {
  const { config, ...outcome } = outcomeOf();
  const history = [
    { step: 1, wallTime: 0, metrics: { loss: 3, stepMs: 20 } },
    { step: 2, wallTime: 0, metrics: { loss: 2, stepMs: 10 } },
    { step: 2, wallTime: 0, metrics: { valTop1: 0.5 } },
  ];
  const members = [madeMember('mdeq', { config }), madeMember('rpg2', { config, history })];
  const { charts } = sectionOf(comparisonReport({ ...outcome, config, members }).sections, 'charts', 'Training');
  expect(charts.map((chart) => [chart.title, chart.kind === 'lines' && chart.series[1]])).toEqual([
    ['Loss of training batches', { name: 'RPG 2×', x: [0.5, 1], y: [3, 2] }],
    ['Accuracy on val', { name: 'RPG 2×', x: [1], y: [0.5], isDashed: true, isExact: true }],
    ['Time of a step', { name: 'RPG 2×', x: [0.5, 1], y: [20, 10] }],
  ]);
  expect(charts[1]).toMatchObject({ series: [{ name: 'MDEQ', x: [], y: [] }, {}] });
});

test('parameters by what they are for', () => {
  const { columns, rows } = sectionOf(comparisonReport(outcomeOf()).sections, 'table', 'Parameters');
  expect(columns.map(({ name }) => name)).toEqual([
    ...['network', 'block or ring', 'stands for', 'stem', 'head', 'norms', 'biases', 'total'],
  ]);
  expect(rows).toEqual([
    ['MDEQ (implicit, broyden)', '1,000', '2,000', '20', '30', '40', '5', '1,095'],
    ['RPG, 2× MS block', '1,000,000', '2,000,000', '20', '30', '40', '5', '1,234,567'],
  ]);
});
