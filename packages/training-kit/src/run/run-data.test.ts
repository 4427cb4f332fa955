// What a run keeps of its data: in record, lists and checkpoints.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { messageOf, temporaryFolder } from '../../test/temporary-folder.js';
import { readCheckpoint } from '../checkpoint/checkpoint.js';
import { type DataAtHand, identityOf, namedExamples } from '../data-identity/identity.js';
import { openRun, removeUnusedRun, type Run } from './run-folder.js';

const parent = temporaryFolder();
let printed: string[] = [];

function open(name: string, resume = false): Promise<Run> {
  printed = [];
  const print = (line: string) => void printed.push(line.replaceAll(parent, 'DIR'));
  return openRun({ folder: join(parent, name), config: {}, seed: 1, backend: {}, resume, print });
}

const dataOf = (classNames: readonly string[], ...train: string[]): DataAtHand => ({
  network: { classNames },
  splits: { train: namedExamples(() => train) },
});

const nothing = { tensors: new Map(), metadata: {} };
const recordedData = (name: string): unknown =>
  (JSON.parse(readFileSync(join(parent, name, 'config.json'), 'utf8')) as { data?: unknown }).data;

test('data is kept in record, lists and checkpoints; other examples are told, other classes end the resume', async () => {
  const [first, second] = [dataOf(['a', 'b'], 'a/1', 'b/1'), dataOf(['a', 'b'], 'a/1', 'a/2', 'b/1')];
  const run = await open('run');
  expect(run.trainedData).toEqual({ kind: 'none' });
  await run.keepData(first);
  const file = await run.save(1, nothing);
  expect(printed).toEqual([]);
  expect(recordedData('run')).toEqual(identityOf(first));
  expect((await readCheckpoint(file)).data).toEqual(identityOf(first));
  expect(readdirSync(join(parent, 'run', 'data'))).toEqual([`train-${first.splits.train!.digest}.txt`]);

  const resumed = await open('run', true);
  expect(resumed.trainedData).toMatchObject({ kind: 'known', identity: identityOf(first) });
  await resumed.resume();
  await resumed.keepData(second);
  expect(printed).toEqual([
    'Resumed from step 1.',
    'Other examples than before in train: 3, it had 2; new: "a/2"; gone: none.',
  ]);
  expect((await readCheckpoint(await resumed.save(2, nothing))).data).toEqual(identityOf(second));
  expect(recordedData('run')).toEqual(identityOf(second));
  expect(readdirSync(join(parent, 'run', 'data'))).toHaveLength(2); // the list of before is kept

  const wrong = await open('run', true);
  expect(recordedData('run')).toEqual(identityOf(second)); // a start keeps what it found
  expect(await messageOf(wrong.keepData(dataOf(['a', 'c'], 'a/1')), parent)).toBe(
    'Cannot resume DIR/run: the network was trained on other data than there is now.\n' +
      '  classNames.1: was "b", is "c"\n' +
      'Give the data that it was trained on, or train a new network.',
  );
  expect(recordedData('run')).toEqual(identityOf(second));
});

test('a run of an older version goes on with a note', async () => {
  await (await open('old')).save(1, nothing);
  const run = await open('old', true);
  expect(run.trainedData).toEqual({ kind: 'unknown', from: join(parent, 'old') });
  await run.keepData(dataOf(['a', 'b'], 'a/1'));
  expect(printed).toEqual([
    'DIR/old does not say which data it was trained on: an older version wrote it. Its class names, normalisation and ' +
      'lists of examples cannot be compared with those of now.',
  ]);
  expect(recordedData('old')).toBeUndefined(); // until it has its checkpoint, it may still be refused
  await run.resume();
  expect((await open('old', true)).trainedData.kind).toBe('known');
});

test('a run that ended before it read its data has seen none', async () => {
  await open('early');
  expect((await open('early', true)).trainedData).toEqual({ kind: 'none' });
});

test('a run that ends before its first step is removed with its lists', async () => {
  const run = await open('unused');
  await run.keepData(dataOf(['a', 'b'], 'a/1'));
  removeUnusedRun(run.folder);
  expect(existsSync(run.folder)).toBe(false);
});
