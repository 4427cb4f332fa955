import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { messageOf, temporaryFolder } from '../../test/temporary-folder.js';
import { checkData } from './check-data.js';
import { type DataAtHand, examplesInMemory, identityOf, namedExamples } from './identity.js';
import { readList, writeLists } from './lists.js';
import { knownData, type TrainedData, trainedDataOf } from './trained-data.js';

const folder = temporaryFolder();
const listOf = (...names: string[]) => namedExamples(() => names);
const network = { classNames: ['ant', 'bee', 'cat'], normalization: { mean: [0.5, 0.5, 0.5] } };

/** What checking `now` against what was kept of `before` says; the lists of before lie in `runFolder`. */
async function notesOf(before: DataAtHand, now: DataAtHand, runFolder?: string): Promise<string[]> {
  const notes: string[] = [];
  const note = (line: string) => void notes.push(line);
  await checkData(knownData('RUN', identityOf(before), runFolder), now, { refusal: 'Cannot resume RUN', note });
  return notes;
}

test('the same data is nothing to tell', async () => {
  const data = { network, splits: { train: listOf('a'), val: listOf() } };
  expect(await notesOf(data, data)).toEqual([]);
  expect(await notesOf(data, { ...data, network: { ...network, added: 1 } })).toEqual([]); // by a later version
});

test('other classes and another normalisation are refused, each difference named', async () => {
  const splits = { train: listOf('a') };
  const other = { classNames: ['ant', 'cat'], normalization: { mean: [0.5, 0.4, 0.5] } };
  expect(await messageOf(notesOf({ network, splits }, { network: other, splits }), folder)).toBe(
    'Cannot resume RUN: the network was trained on other data than there is now.\n' +
      '  classNames.1: was "bee", is "cat"\n' +
      '  classNames.2: was "cat", is not there\n' +
      '  normalization.mean.1: was 0.5, is 0.4\n' +
      'Give the data that it was trained on, or train a new network.',
  );
  const many = (prefix: string) => ({ classNames: Array.from({ length: 13 }, (_, i) => `${prefix}${i}`) });
  const message = await messageOf(notesOf({ network: many('a'), splits }, { network: many('b'), splits }), folder);
  expect(message.split('\n').slice(10, 12)).toEqual(['  classNames.9: was "a9", is "b9"', '  and 3 more']);
});

test('other examples are told by name where the run keeps its list', async () => {
  const before = { network, splits: { train: listOf('a', 'b\\c', 'd\ne'), val: listOf('x', 'y'), test: listOf() } };
  const now = { network, splits: { train: listOf('a', 'n', 'b\\c'), val: listOf('y', 'x'), test: listOf() } };
  const run = join(folder, 'run');
  await writeLists(run, before);
  await writeLists(run, before); // nothing to do
  const file = `train-${before.splits.train.digest}.txt`;
  expect(readdirSync(join(run, 'data')).sort()).toEqual([file, `val-${before.splits.val.digest}.txt`]);
  expect(readFileSync(join(run, 'data', file), 'utf8')).toBe('a\nb\\\\c\nd\\ne\n');
  expect(await readList(run, 'train', before.splits.train)).toEqual(['a', 'b\\c', 'd\ne']);
  expect(await notesOf(before, now, run)).toEqual([
    'Other examples than before in train: 3, it had 3; new: "n"; gone: "d\\ne".',
    'Other examples than before in val: 2, it had 2; the same ones in another order.',
  ]);

  const more = Array.from({ length: 8 }, (_, i) => `n${i}`);
  const added = { network, splits: { val: listOf('x', 'y', ...more) } };
  expect(await notesOf(before, added, run)).toEqual([
    'Other examples than before in val: 10, it had 2; new: "n0", "n1", "n2", "n3", "n4", and 3 more; gone: none.',
  ]);

  writeFileSync(join(run, 'data', file), 'a\n'); // not what was written
  const unnamed =
    "Other examples than before in train: 3, it had 3; which ones cannot be told: the run's list of them is not at hand.";
  expect(await notesOf(before, { network, splits: { train: now.splits.train } }, run)).toEqual([unnamed]);
  rmSync(join(run, 'data', file));
  expect(await notesOf(before, { network, splits: { train: now.splits.train } }, run)).toEqual([unnamed]);
  expect(await notesOf(before, { network, splits: { train: now.splits.train } })).toEqual([unnamed]);
});

test('a list that was changed is not read: a letter, a line less, two names made one', async () => {
  const run = join(folder, 'changed');
  const split = listOf('a', 'b', 'c');
  await writeLists(run, { network: {}, splits: { train: split } });
  const file = join(run, 'data', `train-${split.digest}.txt`);
  expect(readFileSync(file, 'utf8')).toBe('a\nb\nc\n');
  for (const text of ['a\nx\nc\n', 'a\nb\n', 'a\0b\nc\n']) {
    writeFileSync(file, text);
    expect(await readList(run, 'train', split)).toBeUndefined();
  }
});

test('examples without names differ by their content', async () => {
  const data = (byte: number) => ({ network, splits: { test: examplesInMemory(1, [Uint8Array.of(byte)]) } });
  expect(await notesOf(data(1), data(2))).toEqual([
    'Other examples than before in test: 1, it had 1; the content differs.',
  ]);
});

test('a checkpoint knows its data; its lists lie in the run that it is in; an older one says that it knows nothing', async () => {
  const before = { network, splits: { train: listOf('a', 'b') } };
  const run = join(folder, 'other');
  await writeLists(run, before);
  const data = identityOf(before);
  const inRun = trainedDataOf({ file: join(run, 'checkpoints', 'best.safetensors'), data });
  expect(inRun.kind === 'known' && (await inRun.namesOf('train'))).toEqual(['a', 'b']);
  const moved = trainedDataOf({ file: join(run, 'best.safetensors'), data });
  expect(moved.kind === 'known' && (await moved.namesOf('train'))).toBeUndefined();

  const notes: string[] = [];
  const old: TrainedData = trainedDataOf({ file: 'old.safetensors' });
  await checkData(old, before, { refusal: '', note: (line) => void notes.push(line) });
  expect(notes).toEqual([
    'old.safetensors does not say which data it was trained on: an older version wrote it. Its class names, ' +
      'normalisation and lists of examples cannot be compared with those of now.',
  ]);
});
