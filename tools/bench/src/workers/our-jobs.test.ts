import { isFreezable, loadBackend } from 'tensorflow-runtime';
import { beforeAll, expect, test } from 'vitest';
import { workload } from '../../test/small-workload.js';
import { prepareJob } from './our-jobs.js';

beforeAll(async () => {
  await loadBackend({ onNotice: () => undefined });
});

test('a step trains: the second loss is another one; whoever starts anew begins with the first', () => {
  const { doOnce, numParameters } = prepareJob(workload);
  const first = doOnce();
  expect(first).toBeGreaterThan(0);
  expect(doOnce()).not.toBe(first);
  expect(prepareJob(workload).doOnce()).toBe(first);
  expect(numParameters).toBeGreaterThan(500);
});

test('generating and its gradient give one figure: what is generated is linear in the ring', (context) => {
  if (!isFreezable()) context.skip('no TensorFlow');
  const [generated, gradient] = (['generate', 'gradient'] as const).map((task) => prepareJob({ ...workload, task }));
  expect(generated!.doOnce()).toBe(generated!.doOnce());
  expect(gradient!.doOnce()).toBeCloseTo(generated!.doOnce(), 3);
  expect(generated!.numParameters).toBe(0);
});

test('inference gives the same logits each time', (context) => {
  if (!isFreezable()) context.skip('no TensorFlow');
  const { doOnce } = prepareJob({ ...workload, task: 'inference' });
  const first = doOnce();
  expect(first).toBeGreaterThan(0);
  expect(doOnce()).toBe(first);
});

test('a precision that the backend lacks is refused, not replaced', async () => {
  await loadBackend({ device: 'cpu' });
  for (const task of ['step', 'inference'] as const) {
    expect(() => prepareJob({ ...workload, task, precision: 'bfloat16' })).toThrow(
      new Error('The backend has no bfloat16, so that float32 would be timed under its name.'),
    );
  }
});
