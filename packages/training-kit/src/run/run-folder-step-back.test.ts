import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openedRuns } from '../../test/opened-runs.js';
import { ConfigError } from '../errors.js';
import { type Run, type RunOptions } from './run-folder.js';

const { file, open, recordOf } = openedRuns();

describe('a resumed run that steps back', () => {
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
