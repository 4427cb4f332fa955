// A worker alone, with nobody but this test to take its batches. Both sides together: prefetch.test.ts.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test, vi } from 'vitest';
import {
  CONTROL_BYTES,
  IS_WAITING,
  NUM_MADE,
  NUM_TAKEN,
  slotViews,
  type WorkerMessage,
  type WorkerOrder,
} from './prefetch-protocol.js';
import { serveBatches } from './prefetch-worker.js';

/** Makes the batches of steps 1, 4 and 7 into two slots. */
function startWorker(data: object) {
  const control = new SharedArrayBuffer(CONTROL_BYTES);
  const order: WorkerOrder = { prefetch: { control, numSlots: 2, firstStep: 1, toStep: 9, stride: 3 }, data };
  const worker = new Worker(new URL('../../test/counting-worker.mjs', import.meta.url), { workerData: order });
  const messages: WorkerMessage[] = [];
  worker.on('message', (message: WorkerMessage) => messages.push(message));
  return { control: new Int32Array(control), messages, ended: once(worker, 'exit') };
}

test('makes its steps in order, and waits while all slots are full', async () => {
  const { control, messages, ended } = startWorker({});
  const numMade = () => Atomics.load(control, NUM_MADE);
  await vi.waitFor(() => {
    expect(numMade()).toBe(2);
  }, 60_000);
  Atomics.wait(control, NUM_MADE, 2, 30); // no third comes
  expect(numMade()).toBe(2);
  expect(messages.map(({ kind }) => kind)).toEqual(['ready']); // nobody said that they wait
  const ready = messages[0] as Extract<WorkerMessage, { kind: 'ready' }>;
  const slots = slotViews(ready.layout, ready.memory, 2);
  expect(slots.map(({ labels }) => labels![0])).toEqual([1, 4]);
  Atomics.store(control, IS_WAITING, 1);
  Atomics.store(control, NUM_TAKEN, 1);
  Atomics.notify(control, NUM_TAKEN);
  await ended;
  expect([numMade(), Atomics.load(control, IS_WAITING)]).toEqual([3, 0]);
  expect(messages.map(({ kind }) => kind)).toEqual(['ready', 'made']);
  // The first slot was emptied before: step 7 leaves its last image to the zeros.
  expect(slots.map(({ labels }) => labels![0])).toEqual([7, 4]);
  expect(slots[0]!.images).toEqual(Float32Array.of(71, 72, 73, 0, 0, 0));
});

test('tells why it failed, and of which file', async () => {
  const { messages, ended } = startWorker({ failAt: 4, how: 'data' });
  await ended;
  expect(messages).toEqual([
    expect.objectContaining({ kind: 'ready' }),
    {
      kind: 'failed',
      message: 'train.bin is cut short',
      stack: expect.stringContaining('counting-worker.mjs') as unknown,
      file: 'train.bin',
    },
  ]);
});

test('serveBatches outside a worker says where it belongs', async () => {
  const maker = { layout: {}, make: () => undefined };
  await expect(serveBatches(() => maker)).rejects.toThrow(
    'serveBatches runs in a worker that prefetchBatches started, nowhere else.',
  );
});
