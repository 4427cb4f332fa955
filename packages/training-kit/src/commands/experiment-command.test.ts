import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { printedLines, toySpec } from '../../test/toy-training.js';
import { ConfigError } from '../errors.js';
import type { Experiment } from '../sweep/experiment.js';
import type { Measure } from '../sweep/measures.js';
import { endMetrics } from '../sweep/outcome.js';
import { runExperimentCommand } from './experiment-command.js';

const parent = mkdtempSync(join(tmpdir(), 'experiment-command-'));
afterAll(() => {
  rmSync(parent, { recursive: true });
});
const lines = printedLines();

const rates: Experiment = {
  title: 'Figure 9: rates',
  summary: 'figure 9: rates',
  about: [{ kind: 'text', title: 'The claim', paragraphs: ['Lower is better.'] }],
  runs: { small: { low: '--rate 0.1,0.2', high: '--rate 1' }, full: { low: '--rate 0.1 --seed 1..3' } },
};

async function experiment(words: string, more: Partial<Experiment> = {}): Promise<void> {
  const spec = toySpec(async ({ rate, seed }, { run }) => {
    await run.resume();
    run.log(1, { loss: 1, testScore: rate * seed });
    return { isFinished: true, step: 1 };
  });
  const argv = words.split(' ').filter((word) => word !== '');
  await runExperimentCommand(spec, { rates: { ...rates, ...more } }, argv);
}

test('lists the experiments when none is named', async () => {
  await experiment('');
  expect(lines.join('\n')).toBe(
    'Experiments:\n  rates  figure 9: rates\nRun one with --name; --dry-run lists its runs.',
  );
});

test('makes the runs of all variants, with what the user sets over what the experiment does', async () => {
  const folder = join(parent, 'a');
  await experiment(`--name rates --seed 2..3 --runs-folder ${folder} --device cpu`);
  const [head, ...runs] = readFileSync(join(folder, 'runs.csv'), 'utf8').trim().split('\r\n');
  expect(head).toBe('run,variant,rate,seed,state,step,N,M,multiplyAdds,seconds,testScore');
  expect(runs).toEqual([
    '"low,rate=0.1,seed=2",low,0.1,2,finished,1,100,2000,100000,,0.2',
    expect.stringMatching(/^"low,rate=0\.1,seed=3",low,0\.1,3,finished,1,100,2000,100000,,0\.3/),
    '"low,rate=0.2,seed=2",low,0.2,2,finished,1,200,2000,200000,,0.4',
    expect.stringMatching(/^"low,rate=0\.2,seed=3",low,0\.2,3,finished,1,200,2000,200000,,0\.6/),
    '"high,seed=2",high,,2,finished,1,1000,2000,1000000,,2',
    '"high,seed=3",high,,3,finished,1,1000,2000,1000000,,3',
  ]);
  const page = readFileSync(join(folder, 'report.html'), 'utf8');
  for (const text of ['Figure 9: rates (small scale)', 'The claim', 'Lower is better.', 'high,seed=3']) {
    expect(page).toContain(text);
  }
});

test('the paper’s own scale has a list of its own', async () => {
  await experiment(`--name rates --scale full --runs-folder ${join(parent, 'b')} --dry-run`);
  expect(lines.join('\n')).toContain('waiting     0  100  2,000           100k     -  low,seed=3\n0 of 3 finished.');
  expect(existsSync(join(parent, 'b'))).toBe(false);
});

test('each network is measured once, its numbers stand first, and one that fails is tried again', async () => {
  const folder = join(parent, 'measured');
  const words = `--name rates --runs-folder ${folder} --device cpu`;
  const asked: string[] = [];
  const measure: Measure = async ({ folder: run, checkpoint }) => {
    asked.push(basename(run));
    expect(checkpoint).toBe(join(run, 'checkpoints', 'step-00000001.safetensors'));
    await Promise.resolve();
    return { size: asked.length === 2 ? Number.NaN : 7 };
  };
  const outcome: Experiment['outcome'] = (runs) => [
    { kind: 'text', title: 'Sizes', paragraphs: runs.map((run) => `size ${endMetrics(run).get('size') ?? 'unknown'}`) },
  ];
  await expect(experiment(words, { measure, outcome })).rejects.toThrow('1 of 3 runs were not measured');
  expect(lines.join('\n')).toContain('low,rate=0.2 cannot be measured: size is NaN, expected a finite number.');
  const table = (): string[] => readFileSync(join(folder, 'runs.csv'), 'utf8').split('\r\n');
  expect(table().slice(0, 3)).toEqual([
    'run,variant,rate,state,step,N,M,multiplyAdds,seconds,size,testScore',
    '"low,rate=0.1",low,0.1,finished,1,100,2000,100000,,7,0.1',
    '"low,rate=0.2",low,0.2,finished,1,200,2000,200000,,,0.2',
  ]);
  expect(readFileSync(join(folder, 'report.html'), 'utf8')).toContain('size unknown');
  await experiment(words, { measure, outcome });
  expect(asked).toEqual(['low,rate=0.1', 'low,rate=0.2', 'high', 'low,rate=0.2']);
  expect(table()[2]).toBe('"low,rate=0.2",low,0.2,finished,1,200,2000,200000,,7,0.2');
});

test('what is kept of a measurement and makes no sense is told', async () => {
  const folder = join(parent, 'spoiled');
  const words = `--name rates --runs-folder ${folder} --device cpu`;
  const measure: Measure = () => Promise.resolve({ size: 7 });
  await experiment(words, { measure });
  const file = join(folder, 'high', 'measured-rates.json');
  writeFileSync(file, '{"step": 1, "measured": {"size": "seven"}}');
  await expect(experiment(words, { measure })).rejects.toThrow(`Cannot read ${file}: delete it`);
});

test.each([
  { words: '--name rate', text: 'Unknown experiment rate. Did you mean rates? There are: rates.' },
  { words: '--name rates --rate -1', text: 'rate is -1 (from --rate), expected a number above 0.' },
  { words: '--name rates --sead 1', text: "Unknown option '--sead'" },
  { words: '--name rates --scale large', text: 'scale is "large" (from --scale), expected one of small, full.' },
])('$words is refused', async ({ words, text }) => {
  await expect(experiment(words)).rejects.toThrow(ConfigError);
  await expect(experiment(words)).rejects.toThrow(text);
});

test('publishes what is finished, without making runs; a reading that was written is kept', async () => {
  const [folder, pages] = [join(parent, 'published'), join(parent, 'pages')];
  const words = `--name rates --runs-folder ${folder} --device cpu`;
  await expect(experiment(`${words} --publish ${pages}`)).rejects.toThrow(
    'There is nothing to publish: no run is finished. Leave --publish out to make them.',
  );
  await experiment(`${words} --shard 1/3`);
  await experiment(`${words} --publish ${pages}`);
  const file = join(pages, 'pose-rates.md');
  const page = readFileSync(file, 'utf8');
  expect(page).toContain('# Figure 9: rates (small scale)');
  expect(page).toContain('1 of 3 runs is finished;');
  expect(page).toContain('## The claim\n\nLower is better.');
  expect(page).toMatch(/\| low +\| 0\.1 +\| +100 \| +100k \| +0\.1\d* \| +1 \|/);
  expect(page).toContain('```sh\nnpx nx run pose:experiment -- --name rates\n```');
  expect(page).not.toContain(parent);
  expect(page).toContain('- **Seeds**: 1');
  expect(readFileSync(join(pages, 'README.md'), 'utf8')).toContain(
    '](pose-rates.md) | Lower is better.  | 1 of 3 runs |',
  );

  writeFileSync(file, page.replace('Nobody has written yet what is to be read in it.', 'Lower *was* better.'));
  await experiment(words);
  await experiment(`${words} --publish ${pages}`);
  expect(readFileSync(file, 'utf8')).toMatch(/3 of 3 runs are finished.*\n\nLower \*was\* better\.\n\n/s);

  writeFileSync(file, '# Mine\n');
  await expect(experiment(`${words} --publish ${pages}`)).rejects.toThrow(
    'it is not one of these pages. Move it, or publish to another folder.',
  );
  expect(readFileSync(file, 'utf8')).toBe('# Mine\n');
});

test('publishing goes with no other end', async () => {
  await expect(experiment('--name rates --publish x --status')).rejects.toThrow(
    '--publish and --status are both given; give one of them.',
  );
});
