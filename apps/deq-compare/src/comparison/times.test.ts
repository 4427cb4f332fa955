import { expect, test } from 'vitest';
import { madeMember, madeTimes } from '../../test/finished-members.js';
import { batchSizesOf, milliseconds, speedCards, timesOf, timeTable } from './times.js';

const mdeq = madeMember('mdeq');
const rpg2 = madeMember('rpg2');
const rpg3 = madeMember('rpg3');
const shared2 = madeMember('shared2');
const times = [
  madeTimes('mdeq', 1, 120),
  madeTimes('rpg2', 1, 5),
  madeTimes('rpg3', 1, 8),
  madeTimes('shared2', 1, 1),
  madeTimes('mdeq', 128, 3),
  madeTimes('rpg2', 128, 0.2),
  madeTimes('rpg3', 128, 0.2),
  madeTimes('shared2', 128, 0.1),
];

test('one card a batch size: a range where the networks of one ring differ, one factor where they do not', () => {
  const cards = speedCards([mdeq, rpg2, rpg3], times);
  expect(cards).toEqual([
    {
      label: 'Time against the equilibrium model, batch 1',
      value: '15.0 to 24.0 times less',
      note: 'medians of interleaved passes',
      paper: '15 to 25 times',
    },
    {
      label: 'Time against the equilibrium model, batch 128',
      value: '15.0 times less',
      note: 'medians of interleaved passes',
      paper: '15 to 25 times',
    },
  ]);
});

test('no card where one of the two sides is missing', () => {
  expect(speedCards([rpg2, rpg3], times)).toEqual([]);
  expect(speedCards([mdeq], times)).toEqual([]);
});

test('blocks count in the cards whatever their weights', () => {
  expect(speedCards([mdeq, rpg2, shared2], times).map(({ value }) => value)).toEqual([
    '24.0 to 120.0 times less',
    '15.0 to 30.0 times less',
  ]);
});

test('a row for each network and batch size: median, fastest, slowest, steps of a search, factor', () => {
  const table = timeTable([mdeq, rpg2], times, 10);
  expect(table.title).toBe('Time of an image');
  expect(table.note).toContain('10 rounds a batch size');
  expect(table.rows).toEqual([
    ['MDEQ (implicit, broyden)', 1, '120 ms', '60.0 ms', '240 ms', '17.5', '1.0'],
    ['MDEQ (implicit, broyden)', 128, '3.00 ms', '1.50 ms', '6.00 ms', '17.5', '1.0'],
    ['RPG, 2× MS block', 1, '5.00 ms', '2.50 ms', '10.0 ms', null, '24.0'],
    ['RPG, 2× MS block', 128, '0.200 ms', '0.100 ms', '0.400 ms', null, '15.0'],
  ]);
  expect(table.rows.every((row) => row.length === table.columns.length)).toBe(true);
});

test('without an equilibrium model there is no factor', () => {
  const { rows } = timeTable([rpg2], times, 10);
  expect(rows.map((row) => row.at(-1))).toEqual([null, null]);
});

test('batch sizes in the order they were timed, and the times of one network', () => {
  expect(batchSizesOf(times)).toEqual([1, 128]);
  expect(timesOf(times, 'rpg3', 1)).toEqual({ median: 8, min: 4, max: 16 });
});

test.each([
  [1234.5, '1235'],
  [100, '100'],
  [99.94, '99.9'],
  [3.149, '3.15'],
  [0.1234, '0.123'],
])('%d ms are written as %s', (time, text) => {
  expect(milliseconds(time)).toBe(text);
});
