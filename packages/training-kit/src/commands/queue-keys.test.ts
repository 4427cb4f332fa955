// Experiments whose runs are drawn from a key: trained, gone on with and measured, with the key and without.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { printedLines, toySpec } from '../../test/toy-training.js';
import { ConfigError, DataError } from '../errors.js';
import type { Experiment } from '../sweep/experiment.js';
import { runExperimentCommand } from './experiment-command.js';

const parent = mkdtempSync(join(tmpdir(), 'queue-keys-'));
afterAll(() => {
  rmSync(parent, { recursive: true });
});
printedLines();
const at = (name: string): string => join(parent, name);

/** What was trained and measured, with the name of its key's file. */
const done: string[] = [];
beforeEach(() => {
  done.length = 0;
});

interface Trial {
  readonly isMeasured?: boolean;
  readonly stopAt?: number;
  readonly after?: Readonly<Record<string, string>>;
}

/** Runs of two rates; one of rate 1 has no ring. */
async function experiment(words: string, { isMeasured = false, stopAt = 2, after = {} }: Trial = {}): Promise<void> {
  const spec = {
    ...toySpec(async (_, { run, key }) => {
      done.push(`${basename(run.folder)}: ${key === undefined ? 'seed' : basename(key.file)}`);
      await run.resume();
      run.log(stopAt, { loss: 1 });
      return { isFinished: stopAt === 2, step: stopAt };
    }),
    whyNoKey: ({ rate }: { readonly rate: number }) => (rate === 1 ? 'rate is 1' : undefined),
  };
  const toy: Experiment = {
    title: 'Keys',
    summary: 'keys',
    about: [],
    runs: { small: { ring: '--rate 0.1', plain: '--rate 1' }, full: { plain: '--rate 1' } },
    after: { small: after, full: {} },
    ...(isMeasured
      ? {
          measure: ({ folder, keyFile }) => {
            done.push(`${basename(folder)} measured: ${keyFile === null ? 'no key' : basename(keyFile)}`);
            return Promise.resolve({ size: 1 });
          },
        }
      : {}),
  };
  await runExperimentCommand(spec, { toy }, ['--name', 'toy', '--device', 'cpu', ...words.split(' ')]);
}

test('runs that draw weights take the key, others do not; each is measured with its own', async () => {
  const words = `--runs-folder ${at('a')} --key-file ${at('a.key')}`;
  await experiment(words, { isMeasured: true });
  expect(done).toEqual(['ring: a.key', 'plain: seed', 'ring measured: a.key', 'plain measured: no key']);
  const { config } = JSON.parse(readFileSync(join(at('a'), 'ring', 'config.json'), 'utf8')) as { config: object };
  expect(config).toHaveProperty('keyDigest');
});

test('where nothing is left to do no key is asked for', async () => {
  await experiment(`--runs-folder ${at('a')}`, { isMeasured: true });
  expect(done).toEqual([]);
});

test('what is to be measured needs the key that its run was trained with, and nothing is done without', async () => {
  await experiment(`--runs-folder ${at('b')} --key-file ${at('a.key')}`);
  await experiment(`--runs-folder ${at('other')} --key-file ${at('b.key')}`);
  done.length = 0;
  const ring = join(at('b'), 'ring');
  const errorOf = async (words: string): Promise<unknown> =>
    experiment(`--runs-folder ${at('b')}${words}`, { isMeasured: true }).catch((error: unknown) => error);
  expect(await errorOf('')).toEqual(
    new ConfigError(
      'keyFile',
      `The weights of ${ring} are drawn from a key, which is in none of its files. Pass --key-file FILE.`,
    ),
  );
  expect(await errorOf(` --key-file ${at('b.key')}`)).toEqual(
    new ConfigError(
      'keyFile',
      `--key-file ${at('b.key')} holds another key than the one that ${ring} was trained with.`,
    ),
  );
  const gone = await errorOf(` --key-file ${at('gone.key')}`);
  expect(gone).toBeInstanceOf(DataError);
  expect((gone as Error).message).toBe(
    `Cannot read the key ${at('gone.key')}: there is no such file; name the one that the training made.`,
  );
  expect(existsSync(at('gone.key'))).toBe(false);
  expect(done).toEqual([]);
  await experiment(`--runs-folder ${at('b')} --key-file ${at('a.key')}`, { isMeasured: true });
  expect(done).toEqual(['ring measured: a.key', 'plain measured: no key']);
});

test('a run goes on as it began: with its key, or without', async () => {
  await experiment(`--runs-folder ${at('c')}`, { stopAt: 1 });
  await experiment(`--runs-folder ${at('d')} --key-file ${at('a.key')}`, { stopAt: 1 });
  done.length = 0;
  await experiment(`--runs-folder ${at('c')} --key-file ${at('a.key')}`);
  await experiment(`--runs-folder ${at('d')} --key-file ${at('a.key')}`);
  expect(done).toEqual(['ring: seed', 'plain: seed', 'ring: a.key', 'plain: seed']);
});

test('a second training has the key of the run that it begins from', async () => {
  await experiment(`--runs-folder ${at('e')}`);
  await experiment(`--runs-folder ${at('f')} --key-file ${at('a.key')}`);
  done.length = 0;
  const after = { again: '--rate 0.5' };
  await experiment(`--runs-folder ${at('e')} --key-file ${at('a.key')}`, { after });
  await expect(experiment(`--runs-folder ${at('f')}`, { after })).rejects.toThrow('Pass --key-file FILE.');
  await experiment(`--runs-folder ${at('f')} --key-file ${at('a.key')}`, { after });
  expect(done).toEqual([...['ring,again: seed', 'plain,again: seed'], ...['ring,again: a.key', 'plain,again: seed']]);
});

test('a key that no run draws from is refused', async () => {
  await expect(experiment(`--scale full --runs-folder ${at('g')} --key-file ${at('a.key')}`)).rejects.toThrow(
    new ConfigError('keyFile', '--key-file has no effect: rate is 1. Leave it out.'),
  );
});
