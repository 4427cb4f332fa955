import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { ConfigError, DataError } from '../errors.js';
import { runTrainCommand } from './train-command.js';
import type { TrainingContext } from './training.js';

const parent = mkdtempSync(join(tmpdir(), 'train-command-'));
afterAll(() => {
  rmSync(parent, { recursive: true });
});
beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});

const schema = z.strictObject({
  seed: z.int().min(0).default(1),
  keepCheckpoints: z.int().min(1).default(1),
  milestones: z.array(z.int()).default([1, 2]),
});

type Train = (config: z.output<typeof schema>, context: TrainingContext) => Promise<void>;

async function runWith(train: Train, ...words: string[]): Promise<void> {
  await runTrainCommand(
    {
      app: 'pose',
      description: 'Trains.',
      schema,
      presets: { quick: { summary: 'fast', config: {} } },
      defaultPreset: 'quick',
      effects: [
        {
          settings: ['milestones'],
          unread: ({ keepCheckpoints }) => (keepCheckpoints === 1 ? 'one checkpoint is kept' : undefined),
        },
      ],
      examples: [],
      checkConfig: ({ seed }) => {
        if (seed === 13) throw new ConfigError('seed', 'seed is 13.');
      },
      whyNoKey: ({ seed }) => (seed === 5 ? 'seed is 5' : undefined),
      resumeRules: { seed: 'fixed', keepCheckpoints: 'free', milestones: 'future' },
      train: async (config, context) => {
        await train(config, context);
        return { isFinished: true, step: 1 };
      },
    },
    [...words, '--device', 'cpu'],
  );
}

const step: Train = async (_, { run }) => {
  await run.resume();
  run.log(1, { loss: 1 });
};
const broken: Train = async () => Promise.reject(new DataError('x.png', 'x.png is broken.'));
const folderOf = (name: string): string => join(parent, name);

test('trains in the folder that is named, with the preset’s settings under the flags', async () => {
  const seen: unknown[] = [];
  await runWith(
    async (config, context) => {
      seen.push(config, context.preset);
      await step(config, context);
    },
    ...['--run', folderOf('a'), '--seed', '4'],
  );
  expect(seen).toEqual([{ seed: 4, keepCheckpoints: 1, milestones: [1, 2] }, 'quick']);
  expect(readdirSync(folderOf('a'))).toEqual(expect.arrayContaining(['config.json', 'metrics.jsonl']));
});

test('a start that fails before its first step leaves no folder; one that comes further does', async () => {
  const words = ['--run', folderOf('b')];
  await expect(runWith(broken, ...words)).rejects.toThrow('x.png is broken.');
  expect(existsSync(folderOf('b'))).toBe(false);
  const late: Train = async (config, context) => {
    await step(config, context);
    await broken(config, context);
  };
  await expect(runWith(late, ...words)).rejects.toThrow('x.png is broken.');
  expect(readdirSync(folderOf('b'))).toContain('metrics.jsonl');
  await expect(runWith(broken, '--resume', folderOf('b'))).rejects.toThrow('x.png is broken.');
  expect(readdirSync(folderOf('b'))).toContain('metrics.jsonl');
});

test.each([
  { words: ['--seed', '13'], key: 'seed', text: 'seed is 13.' },
  {
    words: ['--milestones', '60,40', '--keep-checkpoints', '2'],
    key: 'milestones',
    text: 'milestones is 60, 40, expected rising epochs, such as 40, 60.',
  },
  {
    words: ['--from-step', '3'],
    key: 'fromStep',
    text: '--from-step 3 goes back in a run, but none is given. Pass --resume DIR, the folder of the run.',
  },
  {
    words: ['--resume', folderOf('a')], // of the first test
    key: 'run',
    text: `--run ${folderOf('c')} and --resume ${folderOf('a')} are both given; give one of them.`,
  },
  {
    words: ['--run', ''],
    key: 'run',
    text: '--run is empty, expected a folder. Without it there is a new one under runs/.',
  },
])('$words is refused before a folder is made', async ({ words, key, text }) => {
  await expect(runWith(step, '--run', folderOf('c'), ...words)).rejects.toThrow(new ConfigError(key, text));
  expect(existsSync(folderOf('c'))).toBe(false);
});

test('what has an effect is told by the settings of the run that is resumed', async () => {
  await runWith(step, '--run', folderOf('several'), '--keep-checkpoints', '2');
  const seen: unknown[] = [];
  const look: Train = async (config, { run }) => {
    seen.push(config.milestones);
    await run.resume();
  };
  await runWith(look, '--resume', folderOf('several'), '--milestones', '3,4');
  expect(seen).toEqual([[3, 4]]);
  const text = '--milestones has no effect: one checkpoint is kept. Leave it out.';
  await runWith(step, '--run', folderOf('single'));
  for (const words of [
    ['--resume', folderOf('single')],
    ['--run', folderOf('other')],
  ]) {
    await expect(runWith(step, ...words, '--milestones', '3,4')).rejects.toThrow(new ConfigError('milestones', text));
  }
});

test('a run of another command is named as such', async () => {
  mkdirSync(folderOf('d'));
  const record = { config: { seed: 1, members: ['mdeq'], preset: 'quick' }, seed: 1, starts: [] };
  writeFileSync(join(folderOf('d'), 'config.json'), JSON.stringify(record));
  await expect(runWith(step, '--resume', folderOf('d'))).rejects.toThrow(
    `Cannot resume ${folderOf('d')}: its run has the setting members, which pose:train does not know. It is of another ` +
      'command or another version; go on with it there.',
  );
});
