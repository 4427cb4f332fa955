import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { printedLines, toySpec } from '../../test/toy-training.js';
import { ConfigError } from '../errors.js';
import type { Experiment } from '../sweep/experiment.js';
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

async function experiment(words: string): Promise<void> {
  const spec = toySpec(async ({ rate, seed }, { run }) => {
    await run.resume();
    run.log(1, { loss: 1, testScore: rate * seed });
    return { isFinished: true, step: 1 };
  });
  const argv = words.split(' ').filter((word) => word !== '');
  await runExperimentCommand(spec, { rates }, argv);
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
  expect(head).toBe('run,variant,rate,seed,state,step,testScore');
  expect(runs).toEqual([
    '"low,rate=0.1,seed=2",low,0.1,2,finished,1,0.2',
    expect.stringMatching(/^"low,rate=0\.1,seed=3",low,0\.1,3,finished,1,0\.3/),
    '"low,rate=0.2,seed=2",low,0.2,2,finished,1,0.4',
    expect.stringMatching(/^"low,rate=0\.2,seed=3",low,0\.2,3,finished,1,0\.6/),
    '"high,seed=2",high,,2,finished,1,2',
    '"high,seed=3",high,,3,finished,1,3',
  ]);
  const page = readFileSync(join(folder, 'report.html'), 'utf8');
  for (const text of ['Figure 9: rates (small scale)', 'The claim', 'Lower is better.', 'high,seed=3']) {
    expect(page).toContain(text);
  }
});

test('the paper’s own scale has a list of its own', async () => {
  await experiment(`--name rates --scale full --runs-folder ${join(parent, 'b')} --dry-run`);
  expect(lines.join('\n')).toContain('waiting         0  low,seed=3\n0 of 3 finished.');
  expect(existsSync(join(parent, 'b'))).toBe(false);
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
