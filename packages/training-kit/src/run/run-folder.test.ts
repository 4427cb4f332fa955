import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { SafetensorsTensor } from 'rpg-core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ConfigError } from '../errors.js';
import { openRun, type Run, type RunOptions } from './run-folder.js';

let parent = '';
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'run-folder-'));
});
afterEach(() => {
  rmSync(parent, { recursive: true });
  vi.unstubAllEnvs();
});

let timeMs = 0;
let printed: string[] = [];
beforeEach(() => {
  timeMs = 0;
  printed = [];
});

function open(name: string, resume = false, more: Partial<RunOptions> = {}): Promise<Run> {
  return openRun({
    folder: join(parent, name),
    config: { numSteps: 10, optimizer: { kind: 'sgd', momentum: 0.9 } },
    seed: 1,
    backend: { name: 'cpu' },
    resume,
    print: (line) => printed.push(line.replaceAll(parent, 'PARENT')),
    now: () => timeMs,
    ...more,
  });
}

async function messageOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ConfigError);
  return (error as ConfigError).message.replaceAll(parent, 'PARENT');
}

function file(...path: string[]): string {
  return join(parent, ...path);
}

interface StoredRecord {
  readonly config: object;
  readonly seed: number;
  readonly starts: object[];
  readonly changes: object[];
}

function recordOf(name: string): StoredRecord {
  return JSON.parse(readFileSync(file(name, 'config.json'), 'utf8')) as StoredRecord;
}

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
    timeMs = 2500;
    run.log(1, { loss: 0.5 });
    run.note('hello');
    run.logImage(1, 'filters', Uint8Array.of(1), 1, 1);
    expect(readFileSync(file('a', 'metrics.jsonl'), 'utf8')).toBe('{"step":1,"wallTime":2.5,"loss":0.5}\n');
    expect(run.history()).toEqual([{ step: 1, wallTime: 2.5, metrics: { loss: 0.5 } }]);
    expect(readFileSync(file('a', 'log.txt'), 'utf8')).toBe('1970-01-01T00:00:02.500Z hello\n');
    expect(printed).toEqual(['hello']);
    expect(readdirSync(file('a')).filter((name) => name.startsWith('events.out.tfevents.'))).toHaveLength(1);
  });

  test('has nothing to resume', async () => {
    expect(await (await open('a')).resume()).toBeUndefined();
    expect(printed).toEqual([]);
    expect(await (await open('b', true)).resume()).toBeUndefined();
    expect(printed).toEqual(['No checkpoint to resume from yet: starting at step 0.']);
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
    vi.stubEnv('INIT_CWD', parent);
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

describe('a resumed run', () => {
  const numSteps = 10;

  /** A training of one number: the loop of an app with all that touches the folder. Ends before `stopBefore`. */
  async function train(run: Run, stopBefore = Infinity): Promise<void> {
    const checkpoint = await run.resume();
    let step = checkpoint?.step ?? 0;
    let weight = checkpoint?.tensors.get('weight')?.data[0] ?? 1;
    while (step < numSteps) {
      if (step + 1 >= stopBefore) return;
      weight = Math.fround(Number(weight) * 0.7 + step);
      step++;
      timeMs = step * 1000;
      run.log(step, { loss: weight });
      if (step % 2 === 0) run.log(step, { 'val/loss': weight / 2 });
      if (step % 4 === 0) {
        const tensor: SafetensorsTensor = { dtype: 'F32', shape: [1], data: Float32Array.of(weight) };
        await run.save(step, { tensors: new Map([['weight', tensor]]), metadata: {} });
      }
    }
  }

  test.each([1, 3, 4, 5, 6, 8, 9, 10])('stopped before step %d logs what an uninterrupted one does', async (stop) => {
    await train(await open('whole'));
    await train(await open('parts'), stop);
    appendFileSync(file('parts', 'metrics.jsonl'), '{"step":99,"wallT');
    await train(await open('parts', true));
    expect(readFileSync(file('parts', 'metrics.jsonl'), 'utf8')).toBe(
      readFileSync(file('whole', 'metrics.jsonl'), 'utf8'),
    );
    expect(readFileSync(file('parts', 'checkpoints', 'step-00000008.safetensors'))).toEqual(
      readFileSync(file('whole', 'checkpoints', 'step-00000008.safetensors')),
    );
  });

  test('logs what comes after the last checkpoint once, however often it is killed there', async () => {
    for (const isResumed of [false, true, true]) {
      const run = await open('a', isResumed);
      const checkpoint = await run.resume();
      if (checkpoint === undefined) {
        run.log(1, { loss: 1 });
        await run.save(1, { tensors: new Map(), metadata: {} });
      }
      run.log(1, { testLoss: 2 });
      expect(run.history().map(({ metrics }) => metrics)).toEqual([{ loss: 1 }, { testLoss: 2 }]);
    }
  });

  test('appends its start to the record and says where it goes on', async () => {
    await train(await open('a'), 6);
    printed = [];
    await train(await open('a', true, { backend: { name: 'gpu' } }));
    expect(recordOf('a').starts).toEqual([
      expect.objectContaining({ backend: { name: 'cpu' } }),
      expect.objectContaining({ backend: { name: 'gpu' } }),
    ]);
    expect(printed).toEqual([
      'Resumed from step 4.',
      'From step 4 on the last bits may differ from those of one start: backend.name was "cpu", is "gpu".',
    ]);
  });

  test('goes on from the checkpoint before a damaged one, and says so', async () => {
    await train(await open('a'));
    truncateSync(file('a', 'checkpoints', 'step-00000008.safetensors'), 200);
    printed = [];
    const run = await open('a', true);
    expect((await run.resume())?.step).toBe(4);
    expect(printed).toEqual([
      expect.stringMatching(
        /^The checkpoint PARENT\/a\/checkpoints\/step-00000008\.safetensors is damaged: .* Going on from the one before\.$/,
      ),
      'Resumed from step 4.',
    ]);
    expect(readdirSync(file('a', 'checkpoints'))).toEqual([
      'step-00000004.safetensors',
      'step-00000008.safetensors.damaged',
    ]);
  });

  test('reads a record that an editor saved with a byte order mark', async () => {
    await open('a');
    writeFileSync(file('a', 'config.json'), `\ufeff${readFileSync(file('a', 'config.json'), 'utf8')}`);
    await (await open('a', true)).resume();
    expect(recordOf('a').starts).toHaveLength(2);
  });

  test('without steps of its own has its start and settings in the record when it says so', async () => {
    const rules = { members: 'free' } as const;
    await (await open('a', false, { config: { members: 1 } })).keepStart();
    const run = await open('a', true, { config: { members: 2 }, resumeRules: rules });
    expect(recordOf('a').starts).toHaveLength(1);
    await run.keepStart();
    expect(recordOf('a')).toMatchObject({
      config: { members: 2 },
      starts: [{ fromStep: 0 }, { backend: { name: 'cpu' } }],
    });
    expect(run.starts()).toEqual(recordOf('a').starts);
  });

  test('refuses to log or save before resume()', async () => {
    await open('a');
    const run = await open('a', true);
    expect(() => {
      run.log(1, {});
    }).toThrow('This run was opened to be resumed: call resume() before log() and save().');
  });

  test('refuses changed settings, naming each', async () => {
    await open('a');
    const changed = { numSteps: 20, optimizer: { kind: 'sgd' }, clip: null };
    expect(await messageOf(open('a', true, { config: changed, seed: 2, resumeRules: { numSteps: 'free' } }))).toBe(
      'Cannot resume PARENT/a: the settings differ from those it was started with.\n' +
        '  seed: was 1, is 2\n' +
        '  optimizer.momentum: was 0.9, is not set\n' +
        '  clip: was not set, is null\n' +
        'Give the old values, or start a new run in a new folder. Free to change on resume: numSteps.',
    );
    expect(recordOf('a').seed).toBe(1);
  });

  test('takes changes that are allowed, and records them', async () => {
    await open('a');
    const config = { numSteps: 20, optimizer: { kind: 'adam' } };
    const run = await open('a', true, { config, resumeRules: { numSteps: 'future', optimizer: 'free' } });
    await run.resume();
    expect(recordOf('a').config).toEqual(config);
    const changes = [{ step: 0, setting: 'numSteps', was: 10, is: 20 }];
    expect([run.changes(), recordOf('a').changes]).toEqual([changes, changes]);
    expect(printed.at(-1)).toBe('From step 0 on numSteps is 20; it was 10.');
    expect(await messageOf(open('a', true))).toContain('Free to change on resume: no settings.');
  });

  test('takes a record from before a setting existed, which then was its default', async () => {
    await open('a');
    const config = { numSteps: 10, optimizer: { kind: 'sgd', momentum: 0.9 }, clip: 1 };
    expect(await messageOf(open('a', true, { config }))).toContain('clip: was not set, is 1');
    await (await open('a', true, { config, defaults: { clip: 1 } })).resume();
    expect(recordOf('a').config).toEqual(config);
  });

  describe('that steps back', () => {
    const rules = { resumeRules: { rate: 'future' } } as const;
    const at = (rate: number, fromStep?: number): Partial<RunOptions> => ({ config: { rate }, fromStep, ...rules });
    const saveAll = async (run: Run, steps: readonly number[], best: number) => {
      for (const step of steps) {
        run.log(step, { loss: step });
        const metadata = { bestScore: 5, bestStep: best, other: 1 };
        await run.save(step, { tensors: new Map(), metadata }, { isBest: step === best });
      }
    };
    const listed = () => readdirSync(file('a', 'checkpoints')).sort();

    test('goes on from the step that is named; what came later is put aside, and undone in log and record', async () => {
      await saveAll(await open('a', false, at(0.1)), [1, 2], 2);
      const second = await open('a', true, at(0.01));
      await second.resume();
      await saveAll(second, [3], 3);
      expect(second.changes()).toEqual([{ step: 2, setting: 'rate', was: 0.1, is: 0.01 }]);

      const back = await open('a', true, at(0.01, 1));
      const checkpoint = await back.resume();
      expect([checkpoint?.step, checkpoint?.metadata]).toEqual([1, { bestScore: null, bestStep: null, other: 1 }]);
      expect(listed()).toEqual([
        'best.safetensors.aside',
        'step-00000001.safetensors',
        'step-00000002.safetensors.aside',
        'step-00000003.safetensors.aside',
      ]);
      expect(back.history().map(({ step }) => step)).toEqual([1]);
      expect(recordOf('a').changes).toEqual([{ step: 1, setting: 'rate', was: 0.1, is: 0.01 }]);
      await saveAll(back, [2, 3], 2); // their names are free
      expect((await (await open('a', true, at(0.01))).resume())?.step).toBe(3);
    });

    test('to the best one, which stays the best', async () => {
      await saveAll(await open('a', false, { ...at(0.1), keepLast: 2 }), [1, 2, 3, 4], 2);
      expect(listed()).not.toContain('step-00000002.safetensors');
      const checkpoint = await (await open('a', true, at(0.1, 2))).resume();
      expect([checkpoint?.step, checkpoint?.metadata.bestScore]).toEqual([2, 5]);
      expect(listed()[0]).toBe('best.safetensors');
    });

    test.each([
      { saved: [], best: 1, there: 'There is none at all.' },
      { saved: [1], best: 1, there: 'There is one, of step 1: pass that to --from-step.' },
      {
        saved: [1, 2, 3],
        best: 1,
        there: 'There are those of steps 2, 3, 1 (best.safetensors): pass one of these to --from-step.',
      },
      { saved: [1, 2, 3], best: 3, there: 'There are those of steps 2, 3: pass one of these to --from-step.' },
    ])('hears of a step that has no checkpoint, best $best of $saved; the record stays', async (given) => {
      await saveAll(await open('a', false, { ...at(0.1), keepLast: 2 }), given.saved, given.best);
      const record = recordOf('a');
      const refused = await open('a', true, at(0.2, 7));
      await refused.keepData({ network: {}, splits: {} });
      const error: unknown = await refused.resume().catch((reason: unknown) => reason);
      expect(error).toEqual(
        new ConfigError('fromStep', `There is no checkpoint of step 7 in ${file('a', 'checkpoints')}. ${given.there}`),
      );
      expect(recordOf('a')).toEqual(record);
    });
  });

  test('keeps the number of checkpoints asked for', async () => {
    const run = await open('a', false, { keepLast: 1 });
    for (const step of [1, 2, 3]) {
      await run.save(step, { tensors: new Map(), metadata: {} }, { isBest: step === 2 });
    }
    expect(readdirSync(file('a', 'checkpoints')).sort()).toEqual([
      'best.safetensors',
      'step-00000002.safetensors', // one whose weights have been trained on from
      'step-00000003.safetensors',
    ]);
  });

  test.each([
    {
      text: '{"config":{}}',
      error: /config\.json is no record of a run: expected an object with config, seed and starts\.$/,
    },
    { text: '{', error: /^Cannot read the run's record .*config\.json: / },
    {
      text: `{"config":${'{"a":'.repeat(70)}1${'}'.repeat(70)},"seed":1,"starts":[]}`,
      error: /^Cannot read the run's record .*config\.json: it nests deeper than 64 levels$/,
    },
  ])('refuses a record like $text', async ({ text, error }) => {
    mkdirSync(file('a'));
    writeFileSync(file('a', 'config.json'), text);
    await expect(open('a', true)).rejects.toThrow(error);
  });
});
