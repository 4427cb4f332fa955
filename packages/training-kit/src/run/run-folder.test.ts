import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { SafetensorsTensor } from 'rpg-core';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { openedRuns } from '../../test/opened-runs.js';

const { here, file, messageOf, open, recordOf } = openedRuns();

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('a fresh run', () => {
  test('records config, seed and the facts of its start before anything else', async () => {
    await open('a');
    expect(readdirSync(file('a')).sort()).toEqual(['config.json', 'lock.1.json']);
    const { config, seed, starts } = recordOf('a');
    expect({ config, seed }).toEqual({ config: { numSteps: 10, optimizer: { kind: 'sgd', momentum: 0.9 } }, seed: 1 });
    expect(starts).toMatchObject([
      {
        startedAt: '1970-01-01T00:00:00.000Z',
        backend: { name: 'cpu' },
        system: { node: process.versions.node },
      },
    ]);
    expect(starts.map(Object.keys)).toEqual([['startedAt', 'host', 'command', 'git', 'backend', 'system', 'fromStep']]);
  });

  test('logs metrics, events and notes', async () => {
    const run = await open('a');
    here.timeMs = 2500;
    run.log(1, { loss: 0.5 });
    run.note('hello');
    run.logImage(1, 'filters', Uint8Array.of(1), 1, 1);
    expect(readFileSync(file('a', 'metrics.jsonl'), 'utf8')).toBe('{"step":1,"wallTime":2.5,"loss":0.5}\n');
    expect(run.history()).toEqual([{ step: 1, wallTime: 2.5, metrics: { loss: 0.5 } }]);
    expect(readFileSync(file('a', 'log.txt'), 'utf8')).toBe('1970-01-01T00:00:02.500Z hello\n');
    expect(here.printed).toEqual(['hello']);
    expect(readdirSync(file('a')).filter((name) => name.startsWith('events.out.tfevents.'))).toHaveLength(1);
  });

  test('has nothing to resume', async () => {
    expect(await (await open('a')).resume()).toBeUndefined();
    expect(here.printed).toEqual([]);
    expect(await (await open('b', true)).resume()).toBeUndefined();
    expect(here.printed).toEqual(['No checkpoint to resume from yet: starting at step 0.']);
  });

  test.each([NaN, Infinity, -Infinity])('stops at a loss of %d, which is in the log', async (loss) => {
    const run = await open('a');
    expect(() => {
      run.log(3, { loss, accuracy: 0.1 });
    }).toThrow(
      new RangeError(
        `The loss is ${loss} at step 3; the run stops. A lower learning rate or a longer warm-up usually helps.` +
          ' There is no checkpoint yet: start a new run with a lower --learning-rate or a longer --warm-up-epochs.',
      ),
    );
    expect(run.history()).toEqual([{ step: 3, wallTime: 0, metrics: { loss, accuracy: 0.1 } }]);
    run.log(4, { loss: 1, ratio: NaN }); // other metrics may be undefined, a rate of nothing for instance
  });

  test.each([
    {
      saved: [2, 4],
      more:
        ' Go on with --resume RUN --from-step 2, since the newest, of step 4, gives this loss at once, and a lower ' +
        '--learning-rate or a longer --warm-up-epochs.',
    },
    { saved: [2], more: ' Go on with --resume RUN and a lower --learning-rate or a longer --warm-up-epochs.' },
    { saved: [4], more: ' The only one, of step 4, gives this loss at once: start a new run.' },
  ])('a loss of NaN behind checkpoints of $saved: how it goes on', async ({ saved, more }) => {
    const run = await open('a');
    for (const step of saved) await run.save(step, { tensors: new Map(), metadata: {} });
    expect(() => {
      run.log(5, { loss: NaN });
    }).toThrow(`Checkpoints from before are in ${file('a', 'checkpoints')}.${more.replaceAll('RUN', file('a'))}`);
  });

  test('keeps no weights that are not finite', async () => {
    const run = await open('a');
    const weights = (value: number) => {
      const tensor: SafetensorsTensor = { dtype: 'F32', shape: [2], data: Float32Array.of(1, value) };
      return { tensors: new Map([['weights/ring', tensor]]), metadata: {} };
    };
    await run.save(1, weights(2));
    await expect(run.save(2, weights(NaN))).rejects.toThrow(
      new RangeError(
        "After step 2 'weights/ring' holds NaN: the training has diverged, and nothing of this step is saved. A lower " +
          `learning rate or a longer warm-up usually helps. Go on with --resume ${file('a')} and a lower ` +
          '--learning-rate or a longer --warm-up-epochs.',
      ),
    );
    expect(readdirSync(file('a', 'checkpoints'))).toEqual(['step-00000001.safetensors']);
  });

  test('says how it goes on in words for the shell of the user, wherever they stand', async () => {
    vi.stubEnv('INIT_CWD', file());
    vi.stubEnv('NX_TASK_TARGET_PROJECT', 'pose');
    const run = await open('my runs', false, { folder: relative(process.cwd(), file('my runs')) });
    await run.save(1, { tensors: new Map(), metadata: {} });
    expect(() => {
      run.log(9, { loss: NaN });
    }).toThrow(" Go on with --resume 'my runs' and a lower --learning-rate or a longer --warm-up-epochs.");
  });

  test('refuses steps that are none', async () => {
    const run = await open('a');
    expect(() => {
      run.log(0.5, {});
    }).toThrow(new RangeError('Logged step is 0.5, expected 0, 1, 2, ….'));
  });

  test('does not mix with what is there', async () => {
    mkdirSync(file('a'));
    writeFileSync(file('a', 'thesis.txt'), '');
    expect(await messageOf(open('a'))).toBe(
      'The run folder PARENT/a is not empty. Go on with that run by --resume, or name a new folder.',
    );
    expect(await messageOf(open('a', true))).toBe(
      'Cannot resume PARENT/a: it has no config.json, so it is no run folder. Name another.',
    );
    expect(readdirSync(file('a'))).toEqual(['thesis.txt']);
  });

  test('takes a folder in which a start was killed before its record was written', async () => {
    mkdirSync(file('a'));
    writeFileSync(file('a', '.config.json.0123456789ab.part'), '{');
    await open('a');
    expect(readdirSync(file('a')).sort()).toEqual(['config.json', 'lock.1.json']);
  });

  test('refuses a config that JSON cannot hold', async () => {
    await expect(open('a', false, { config: { rate: NaN } })).rejects.toThrow(
      new TypeError('config.rate is NaN, which JSON cannot hold.'),
    );
  });
});
