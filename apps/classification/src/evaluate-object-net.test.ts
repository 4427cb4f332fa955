// A network that is trained on a folder, asked about other pictures of its classes.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { ConfigError, DataError } from 'training-kit/errors';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { writeImageFolder } from '../test/image-folder-fixture.js';
import { labels, writeObjectNet } from '../test/object-net-fixture.js';
import { evaluateCommand } from './commands/evaluate.js';
import { trainCommand } from './commands/train.js';
import { openObjectNet } from './data/object-net/object-net.js';
import { checkImagenetClasses, evaluateOnObjectNet } from './evaluate-object-net.js';

const parent = mkdtempSync(join(tmpdir(), 'evaluate-object-net-'));
const objectNet = join(parent, 'objectnet-1.0');
afterAll(() => {
  vi.restoreAllMocks();
  rmSync(parent, { recursive: true });
});
let printed: string[] = [];
beforeAll(async () => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  vi.spyOn(console, 'log').mockImplementation((line: unknown) => void printed.push(String(line)));
  await writeObjectNet(objectNet);
});

/** @returns its last checkpoint */
async function trained(numClasses: number): Promise<string> {
  const data = join(parent, `images-${numClasses}`);
  const counts = new Array<number>(numClasses).fill(2);
  await writeImageFolder(data, { train: counts, val: counts });
  const run = join(parent, `run-${numClasses}`);
  await trainCommand([
    ...[
      '--run',
      run,
      '--dataset',
      'folder',
      '--data',
      data,
      '--image-size',
      '8',
      '--width',
      '4',
      '--val-examples',
      '0',
    ],
    ...['--num-epochs', '1', '--batch-size', '2', '--num-workers', '1'],
  ]);
  return join(run, 'checkpoints', `step-0000000${numClasses}.safetensors`);
}

test('the command tells top-1 and top-5 of the images of common classes', async () => {
  const checkpoint = await trained(4);
  printed = [];
  await evaluateCommand(['--checkpoint', checkpoint, '--object-net', objectNet]);
  expect(printed.at(-1)).toMatch(
    /^ObjectNet, 3 images of the 3 classes that ImageNet has, too: top-1 \d+\.\d\d %, top-5 100\.00 %$/,
  );
  expect(printed.some((line) => line.startsWith('split'))).toBe(false);
});

test.each(['--whole-train', '--timed-batches=3'])('%s has no effect beside it, and is refused', async (flag) => {
  const words = ['--checkpoint', 'none', '--object-net', objectNet, flag];
  await expect(evaluateCommand(words)).rejects.toThrow(ConfigError);
  await expect(evaluateCommand(words)).rejects.toThrow('with --object-net the run’s own images are not asked about');
});

test('a network of other classes is refused', async () => {
  const checkpoint = await trained(3);
  await expect(evaluateCommand(['--checkpoint', checkpoint, '--object-net', objectNet])).rejects.toThrow(
    new DataError(
      checkpoint,
      `Cannot use ${checkpoint} on ObjectNet: it tells 3 classes apart, expected the 4 of ImageNet. A preset whose name ` +
        'begins with imagenet- trains on all of it.',
    ),
  );
});

test('names: WordNet ids and words are both ImageNet’s; another order is refused', async () => {
  const mapping = await openObjectNet(objectNet, { imageSize: 8, numWorkers: 1, note: () => undefined });
  const check = (names: readonly string[]) => {
    checkImagenetClasses('FILE', names, mapping);
  };
  check(labels);
  check(['A', 'b, and more', 'c', 'x']); // one of four is spelled otherwise
  check(['n00000001', 'n00000002', 'n00000003', 'n00000004']);
  expect(() => {
    check(['b', 'c', 'd', 'a']);
  }).toThrow(
    new DataError(
      'FILE',
      `Cannot use FILE on ObjectNet: its class 0 is "b", and ImageNet's is "a, first"; 4 of 4 differ. Train on folders ` +
        `with ImageNet's own names (n01440764, …).`,
    ),
  );
});

test('right answers by construction: logits that say the label; no tensor is left', async () => {
  const { images, classes } = await openObjectNet(objectNet, { imageSize: 8, numWorkers: 1, note: () => undefined });
  const sayingTwo = {
    numClasses: 4,
    apply: (_: unknown, input: tf.Tensor4D) => tf.tile(tf.tensor2d([[0, 3, 2, 1]]), [input.shape[0], 1]),
  };
  const source = { generate: () => ({ dispose: () => undefined }) };
  const numTensors = tf.memory().numTensors;
  const score = await evaluateOnObjectNet(sayingTwo as never, source as never, { images, classes });
  expect(score).toEqual({ numImages: 3, top1: 1 / 3, top5: 1 });
  expect(tf.memory().numTensors).toBe(numTensors);
});
