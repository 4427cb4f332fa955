// The worker's side of prefetching: makes batches ahead into shared slots and sleeps while all are full. It needs no
// help from the training thread, whose event loop stands still for most of a step.
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { DataError, reasonOf } from '../errors.js';
import {
  type BatchArrays,
  type BatchLayout,
  IS_WAITING,
  NUM_MADE,
  NUM_TAKEN,
  slotBytes,
  slotViews,
  type WorkerMessage,
  type WorkerOrder,
} from './prefetch-protocol.js';

/** Makes the batch of any step. */
export interface BatchMaker<Layout extends BatchLayout> {
  /** Arrays of a batch; the same for every step. */
  readonly layout: Layout;
  /**
   * Fills `out` with the batch of `step`. What it writes may depend on `step` and the worker's data alone, so that it
   * is the same for any number of workers and after a resume.
   *
   * @param out arrays of zeros, row-major in the shapes of `layout`; valid until the call or its promise ends
   */
  make(step: number, out: SlotArrays<Layout>): void | Promise<void>;
}

type SlotArrays<Layout extends BatchLayout> = BatchArrays<
  { [Name in keyof Layout]: Layout[Name]['dtype'] },
  ArrayBufferLike
>;

/**
 * The whole of a worker module: `await serveBatches((data: MyData) => openMyBatches(data));`
 *
 * @param open opens what the batches are made from. It is given `workerData` of `prefetchBatches`, of the type that it
 *   declares: nothing checks that the two sides agree.
 */
export async function serveBatches<const Layout extends BatchLayout>(
  open: (data: never) => BatchMaker<Layout> | Promise<BatchMaker<Layout>>,
): Promise<void> {
  if (parentPort === null) throw new Error('serveBatches runs in a worker that prefetchBatches started, nowhere else.');
  const port = parentPort;
  const order = workerData as WorkerOrder;
  try {
    await makeAll(await open(order.data as never), order, port);
  } catch (error) {
    post(port, {
      kind: 'failed',
      message: reasonOf(error),
      stack: error instanceof Error ? (error.stack ?? '') : '',
      file: error instanceof DataError ? error.file : undefined,
    });
  }
}

async function makeAll<Layout extends BatchLayout>(
  maker: BatchMaker<Layout>,
  { prefetch: { control: controlBytes, numSlots, firstStep, toStep, stride } }: WorkerOrder,
  port: MessagePort,
): Promise<void> {
  const control = new Int32Array(controlBytes);
  const memory = new SharedArrayBuffer(slotBytes(maker.layout) * numSlots);
  const slots = slotViews(maker.layout, memory, numSlots);
  post(port, { kind: 'ready', layout: maker.layout, memory });
  let numMade = 0;
  for (let step = firstStep; step < toStep; step += stride) {
    waitForFreeSlot(control, numMade, numSlots);
    const slot = slots[numMade % numSlots]!;
    for (const array of Object.values(slot)) array.fill(0); // no trace of an older batch
    await maker.make(step, slot as SlotArrays<Layout>);
    Atomics.store(control, NUM_MADE, ++numMade);
    if (Atomics.exchange(control, IS_WAITING, 0) === 1) post(port, { kind: 'made' });
  }
}

function waitForFreeSlot(control: Int32Array<SharedArrayBuffer>, numMade: number, numSlots: number): void {
  for (;;) {
    const numTaken = Atomics.load(control, NUM_TAKEN);
    if (numMade - numTaken < numSlots) return;
    Atomics.wait(control, NUM_TAKEN, numTaken); // returns at once when it has changed meanwhile
  }
}

function post(port: MessagePort, message: WorkerMessage): void {
  port.postMessage(message);
}
