import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { loadBackend } from 'tensorflow-runtime';
import { sectionOf, type TableSection } from 'training-kit/report';
import { beforeAll, expect, test } from 'vitest';
import { outcomeOf } from '../test/report-outcome.js';
import { describeModel, multitaskReport } from './report.js';

beforeAll(async () => {
  await loadBackend({});
});

test('all parts of a ring’s report, and nothing left in memory', async () => {
  const outcome = await outcomeOf({ weights: 'ring' });
  const before = tf.memory().numTensors;
  const { title, summary, sections } = await multitaskReport(outcome);
  expect(tf.memory().numTensors).toBe(before);
  expect(title).toBe('2 stacked SharpNets, weights ring, on rendered rooms');
  const { test: found, constant } = outcome;
  expect(summary.map(({ value }) => value).slice(0, 3)).toEqual([
    `${found.depth.rmse.toFixed(3)} m`,
    found.normals.rmse.toFixed(3),
    `${found.normals.meanAngle.toFixed(1)}°`,
  ]);
  const times = (constant.depth.rmse / found.depth.rmse).toFixed(1);
  expect(summary[0]!.note).toContain(
    `the best constant has ${constant.depth.rmse.toFixed(3)} m, ${times} times as much`,
  );
  expect(sections.map((section) => section.title)).toEqual([
    ...['Training', 'On test', 'Beside table 5 of the paper'],
    ...['Depth, evenly from test', 'Depth, the worst', 'Normals, evenly from test', 'Normals, the worst'],
    ...['Rings', 'Parameters', 'The run'],
  ]);
  outcome.source.dispose();
});

test('this run stands beside its row of table 5, whose paper numbers are marked', async () => {
  const outcome = await outcomeOf({ weights: 'shared' });
  const { sections } = await multitaskReport(outcome);
  const table = sectionOf(sections, 'table', 'Beside table 5 of the paper');
  expect(table.columns.map(({ isPaper }) => isPaper === true)).toEqual([false, false, true, true, false, false]);
  expect(table.rows.map((row) => row.slice(2, 4))).toEqual([
    ['25.5 %', '41.0 %'],
    ['24.7 %', '40.3 %'],
    ['24.0 %', '39.4 %'],
    ['22.8 %', '39.1 %'],
  ]);
  expect(table.highlightedRow).toBe(2);
  expect(table.rows.map((row) => row[4] !== null)).toEqual([false, false, true, false]);
  expect(sections.some((section) => section.title === 'Rings')).toBe(false);
  outcome.source.dispose();
});

test('several sub-networks with weights of their own are in no row of table 5', async () => {
  const outcome = await outcomeOf({ weights: 'independent' });
  const { sections } = await multitaskReport(outcome);
  const table: TableSection = sectionOf(sections, 'table', 'Beside table 5 of the paper');
  expect(table.highlightedRow).toBeUndefined();
  expect(table.rows.every((row) => row[4] === null)).toBe(true);
  outcome.source.dispose();
});

test('rings with their blocks, and one line about the network', async () => {
  const { config, model, source, ...outcome } = await outcomeOf({ weights: 'ring', ringSize: 0.25 });
  const { sections } = await multitaskReport({ config, model, source, ...outcome });
  const { rows } = sectionOf(sections, 'table', 'Rings');
  expect(rows).toHaveLength(15);
  expect(rows[1]!.slice(0, 2)).toEqual(['encoder/layer1', 'stack1/encoder/layer1, stack2/encoder/layer1']);
  const sum = (column: number) =>
    rows.reduce((total, row) => total + Number(String(row[column]).replaceAll(',', '')), 0);
  expect([sum(3), sum(4)]).toEqual([source.ringSize, source.numGenerated]);
  expect(describeModel(config, model, source)).toMatch(
    /^2 stacked SharpNets of width 8, weights ring: [\d,]+ trainable numbers in rings for [\d,]+ weights of convolutions; [\d,]+ numbers in all, unshared [\d,]+\.$/,
  );
  source.dispose();
});
