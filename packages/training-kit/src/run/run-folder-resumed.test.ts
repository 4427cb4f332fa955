import { appendFileSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import type { SafetensorsTensor } from 'rpg-core';
import { describe, expect, test } from 'vitest';
import { openedRuns } from '../../test/opened-runs.js';
import { type Run } from './run-folder.js';

const { here, file, messageOf, open, recordOf } = openedRuns();

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
      here.timeMs = step * 1000;
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
    here.printed = [];
    await train(await open('a', true, { backend: { name: 'gpu' } }));
    expect(recordOf('a').starts).toEqual([
      expect.objectContaining({ backend: { name: 'cpu' } }),
      expect.objectContaining({ backend: { name: 'gpu' } }),
    ]);
    expect(here.printed).toEqual([
      'Resumed from step 4.',
      'From step 4 on the last bits may differ from those of one start: backend.name was "cpu", is "gpu".',
    ]);
  });

  test('goes on from the checkpoint before a damaged one, and says so', async () => {
    await train(await open('a'));
    truncateSync(file('a', 'checkpoints', 'step-00000008.safetensors'), 200);
    here.printed = [];
    const run = await open('a', true);
    expect((await run.resume())?.step).toBe(4);
    expect(here.printed).toEqual([
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
    expect(here.printed.at(-1)).toBe('From step 0 on numSteps is 20; it was 10.');
    expect(await messageOf(open('a', true))).toContain('Free to change on resume: no settings.');
  });

  test('takes a record from before a setting existed, which then was its default', async () => {
    await open('a');
    const config = { numSteps: 10, optimizer: { kind: 'sgd', momentum: 0.9 }, clip: 1 };
    expect(await messageOf(open('a', true, { config }))).toContain('clip: was not set, is 1');
    await (await open('a', true, { config, defaults: { clip: 1 } })).resume();
    expect(recordOf('a').config).toEqual(config);
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
