// Experiments whose runs are trained a second time, from the weights that they ended with.
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { printedLines, toySpec } from '../../test/toy-training.js';
import type { Experiment } from '../sweep/experiment.js';
import { runExperimentCommand } from './experiment-command.js';

const parent = mkdtempSync(join(tmpdir(), 'second-trainings-'));
afterAll(() => {
  rmSync(parent, { recursive: true });
});
const lines = printedLines();

const after = { tenth: '--rate 0.01', other: '--rate 3,4' };
const rates: Experiment = {
  title: 'Twice',
  summary: 'twice',
  about: [],
  runs: { small: { low: '--rate 0.1,0.2', high: '--rate 1' }, full: { low: '--rate 1 --seed 1..2' } },
  after: { small: { tenth: '--rate 0.01' }, full: after },
};

/** What was trained, in order, and where it began. */
const trained: string[] = [];
beforeEach(() => {
  trained.length = 0;
});

async function experiment(words: string, fails: readonly string[] = []): Promise<void> {
  const spec = toySpec(async ({ rate, seed, startFrom }, { run }) => {
    const name = basename(run.folder);
    trained.push(startFrom === null ? name : `${name} from ${startFrom.slice(parent.length + 1)}`);
    await run.resume();
    run.log(1, { loss: 1 });
    if (fails.includes(name)) throw new RangeError('The loss is NaN.');
    run.log(5, { loss: 1, testScore: rate * seed });
    return { isFinished: true, step: 5 };
  });
  await runExperimentCommand(spec, { rates }, words.split(' '));
}

test('each run is followed by its second training, from its last checkpoint, with its seed and in a folder of its own', async () => {
  await experiment(`--name rates --seed 2..3 --runs-folder ${join(parent, 'a')} --device cpu --shard 1/3`);
  await experiment(`--name rates --seed 2..3 --runs-folder ${join(parent, 'a')} --device cpu`);
  expect(trained).toHaveLength(12);
  expect(trained.slice(0, 6)).toEqual([
    'low,rate=0.1,seed=2',
    'low,rate=0.1,seed=2,tenth from a/low,rate=0.1,seed=2/checkpoints/step-00000005.safetensors',
    'low,rate=0.2,seed=3',
    'low,rate=0.2,seed=3,tenth from a/low,rate=0.2,seed=3/checkpoints/step-00000005.safetensors',
    'low,rate=0.1,seed=3',
    'low,rate=0.1,seed=3,tenth from a/low,rate=0.1,seed=3/checkpoints/step-00000005.safetensors',
  ]);
  const [head, ...runs] = readFileSync(join(parent, 'a', 'runs.csv'), 'utf8')
    .trim()
    .split('\r\n');
  expect(head).toBe('run,variant,rate,seed,after,state,step,N,M,multiplyAdds,seconds,testScore');
  expect(runs.slice(-4).map((line) => line.replace(/,[\d.]*,([\d.]+)$/, ',,$1'))).toEqual([
    '"high,seed=2",high,,2,,finished,5,1000,2000,1000000,,2',
    '"high,seed=2,tenth",high,,2,tenth,finished,5,10,2000,10000,,0.02',
    '"high,seed=3",high,,3,,finished,5,1000,2000,1000000,,3',
    '"high,seed=3,tenth",high,,3,tenth,finished,5,10,2000,10000,,0.03',
  ]);
  trained.length = 0;
  await experiment(`--name rates --seed 2..3 --runs-folder ${join(parent, 'a')} --device cpu`);
  expect(trained).toEqual([]);
});

test('several names and values; what the user sets counts for second trainings, too', async () => {
  await experiment(`--name rates --scale full --runs-folder ${join(parent, 'b')} --dry-run`);
  const names = lines.join('\n').match(/low,\S+/g);
  const ofSeed = (seed: number) =>
    ['', ',tenth', ',other,rate=3', ',other,rate=4'].map((end) => `low,seed=${seed}${end}`);
  expect(names).toEqual([...ofSeed(1), ...ofSeed(2)]);
  expect(lines.join('\n')).toContain('0 of 8 finished.');
  expect(existsSync(join(parent, 'b'))).toBe(false);
  lines.length = 0;
  await experiment(`--name rates --rate 0.5 --runs-folder ${join(parent, 'b')} --dry-run`);
  expect(lines.join('\n').match(/\S+ +\S+ +\S+ +(low|high)\S*/g)).toEqual([
    '2,000           500k     -  low',
    '2,000           500k     -  low,tenth',
    '2,000           500k     -  high',
    '2,000           500k     -  high,tenth',
  ]);
});

test('what begins from a run that failed is left out until that is made; both are tried again', async () => {
  const words = `--name rates --runs-folder ${join(parent, 'c')} --device cpu`;
  await expect(experiment(words, ['low,rate=0.2', 'high,tenth'])).rejects.toThrow('2 of 6 runs failed');
  expect(lines.join('\n')).toContain(
    'low,rate=0.2,tenth is left out: it begins from low,rate=0.2, which is not finished.',
  );
  trained.length = 0;
  await experiment(words);
  expect(trained.map((line) => line.split(' ')[0])).toEqual(['low,rate=0.2', 'low,rate=0.2,tenth', 'high,tenth']);
});

test('a folder of runs may be moved: a second training that was begun goes on there', async () => {
  const [old, moved] = [join(parent, 'd'), join(parent, 'e')];
  await expect(experiment(`--name rates --runs-folder ${old} --device cpu`, ['high,tenth'])).rejects.toThrow();
  expect(readFileSync(join(old, 'high,tenth', 'config.json'), 'utf8')).toContain('"startFrom"');
  cpSync(old, moved, { recursive: true });
  rmSync(old, { recursive: true });
  trained.length = 0;
  await experiment(`--name rates --runs-folder ${moved} --device cpu`);
  expect(trained).toEqual(['high,tenth from e/high/checkpoints/step-00000005.safetensors']);
});
