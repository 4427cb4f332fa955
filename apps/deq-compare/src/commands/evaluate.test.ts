import { join } from 'node:path';
import { ConfigError } from 'training-kit/errors';
import { beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { folderOfTests } from '../../test/tiny-settings.js';
import { openDataset } from '../data/dataset.js';
import { evaluate } from '../evaluate.js';
import { openTrainedModel } from '../trained-model.js';
import { evaluateCommand } from './evaluate.js';
import { trainCommand } from './train.js';

const parent = folderOfTests();
const best = (run: string): string => join(parent, run, 'checkpoints', 'best.safetensors');
/** Three steps of a narrow network. */
const settings = [
  ...['--channels', '8,8', '--head-channels', '2,3', '--final-channels', '8', '--num-halvings', '2'],
  ...['--rendered-train', '14', '--rendered-test', '12', '--val-examples', '10', '--batch-size', '4'],
  ...['--num-epochs', '1', '--device', 'wasm'],
];
let printed: string[] = [];

beforeAll(async () => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  vi.spyOn(console, 'log').mockImplementation((line: unknown) => {
    printed.push(String(line));
  });
  await trainCommand(['--run', join(parent, 'rpg'), '--network', 'rpg', ...settings]);
  await trainCommand(['--run', join(parent, 'mdeq'), '--pretrain-steps', '3', '--num-unrolled', '2', ...settings]);
  return () => vi.restoreAllMocks();
});
beforeEach(() => {
  printed = [];
});

/** The cells of the line of `split`, without its name. */
function cellsOf(split: string): string[] {
  const line = printed.find((text) => text.startsWith(`${split} `));
  return line!.replaceAll(' %', '%').trim().split(/ +/).slice(1);
}

test('val and test, as the trained network does on them; repeated blocks search nothing', async () => {
  await evaluateCommand(['--checkpoint', best('rpg'), '--device', 'wasm']);
  const { config, model, source } = await openTrainedModel(best('rpg'));
  const dataset = await openDataset(config);
  for (const [split, numExamples] of [
    ['val', '10'],
    ['test', '12'],
  ] as const) {
    // prettier-ignore
    const { loss, top1, top5 } = await evaluate(model, source, dataset[split], config);
    const percents = [top1, top5].map((share) => `${(100 * share).toFixed(2)}%`);
    expect(cellsOf(split)).toEqual([numExamples, loss.toFixed(4), ...percents]);
  }
  source.dispose();
  expect(printed).toHaveLength(4); // the step, the heads of the columns, two splits
});

test('another limit of the search: one evaluation solves no image', async () => {
  await evaluateCommand(['--checkpoint', best('mdeq'), '--device', 'wasm', '--forward-steps', '1']);
  for (const split of ['val', 'test']) {
    expect(cellsOf(split).slice(-3)).toEqual(['1.0', '1.0e+0', '100.00%']); // from 0: ‖f(0) − 0‖ / ‖f(0)‖
  }
});

test('a search that does not converge stops it, where that is asked for', async () => {
  const words = ['--checkpoint', best('mdeq'), '--device', 'wasm', '--forward-steps', '1', '--on-unsolved', 'stop'];
  await expect(evaluateCommand(words)).rejects.toThrow(
    'The forward search for a fixed point is unsolved after 1 evaluations: of 10 samples 10 out-of-steps,',
  );
});

test('a limit of searches is refused for a network that searches nothing', async () => {
  await expect(evaluateCommand(['--checkpoint', best('rpg'), '--forward-steps', '1'])).rejects.toThrow(
    new ConfigError(
      'forwardSteps',
      '--forward-steps has no effect: network is rpg, which looks for no fixed point. Leave it out.',
    ),
  );
});
