// Batches made off the training thread, in step order whatever the number of workers.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { DataError } from '../errors.js';
import {
  type BatchArrays,
  type BatchDtype,
  type BatchLayout,
  CONTROL_BYTES,
  IS_WAITING,
  NUM_MADE,
  NUM_TAKEN,
  slotViews,
  type WorkerMessage,
  type WorkerOrder,
} from './prefetch-protocol.js';

export interface PrefetchOptions<Dtypes extends Readonly<Record<string, BatchDtype>>> {
  /** A compiled module that calls `serveBatches`; see `compiledWorker`. */
  readonly workerUrl: URL;
  /** Handed to each worker as a structured clone. */
  readonly workerData: unknown;
  /** The arrays that the workers' layout must have. */
  readonly dtypes: Dtypes;
  /** First step, and the one after the last. */
  readonly fromStep: number;
  readonly toStep: number;
  /** Batches ready ahead, over all workers; 4 when left out. */
  readonly depth?: number;
  /** 1 when left out. Worker k makes the steps that leave k when divided by the number of workers. */
  readonly numWorkers?: number;
  /** Ends the iteration with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface PrefetchedBatch<Dtypes extends Readonly<Record<string, BatchDtype>>> {
  readonly step: number;
  /** Fresh arrays, owned by the consumer. */
  readonly arrays: BatchArrays<Dtypes>;
  /** How long the consumer waited for this batch: near 0 when the workers keep up. */
  readonly waitMs: number;
}

/**
 * Iterates over the batches of steps `fromStep` to `toStep` - 1. Workers start with the first `next()`, run ahead while
 * the training thread computes, and end with the iteration, by `break` and errors too. They do not keep the process
 * alive. Each `next()` lets the event loop turn once, so that signals and timers are served in a loop that computes
 * synchronously.
 *
 * @throws Error with the message of what failed in a worker, once the batches before it are taken; a DataError stays one
 */
export async function* prefetchBatches<const Dtypes extends Readonly<Record<string, BatchDtype>>>(
  options: PrefetchOptions<Dtypes>,
): AsyncGenerator<PrefetchedBatch<Dtypes>, void, undefined> {
  const { fromStep, toStep, depth = 4, numWorkers = 1, signal } = options;
  for (const [name, value] of Object.entries({ depth, numWorkers })) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new RangeError(`prefetchBatches: ${name} is ${value}, expected a whole number, at least 1.`);
    }
  }
  const numSlots = Math.ceil(depth / numWorkers);
  const producers = new Map<number, Producer>(); // by remainder; none for a remainder without steps
  const wakeAll = () => {
    for (const producer of producers.values()) producer.wake();
  };
  signal?.addEventListener('abort', wakeAll);
  try {
    signal?.throwIfAborted();
    for (let step = fromStep; step < Math.min(toStep, fromStep + numWorkers); step++) {
      const steps = { firstStep: step, toStep, stride: numWorkers };
      producers.set(step % numWorkers, new Producer(options.workerUrl, options.workerData, numSlots, steps));
    }
    for (let step = fromStep; step < toStep; step++) {
      const startedMs = performance.now();
      await nextTurn();
      const producer = producers.get(step % numWorkers)!;
      const slot = await producer.next(options.dtypes, signal);
      const arrays = copyOf(slot) as BatchArrays<Dtypes>; // the producer compared names and dtypes
      producer.release();
      yield { step, arrays, waitMs: performance.now() - startedMs };
    }
  } finally {
    signal?.removeEventListener('abort', wakeAll);
    await Promise.all([...producers.values()].map((producer) => producer.end()));
  }
}

/**
 * The URL of a compiled worker module: `compiledWorker(import.meta.url, './batch-worker.js')`. From a source file, as
 * tests run it, this is the module's place in `dist`, since a worker cannot be started from TypeScript on every Node.
 *
 * @throws Error when it is not built
 */
export function compiledWorker(moduleUrl: string, relativePath: string): URL {
  const url = new URL(relativePath, moduleUrl);
  if (moduleUrl.endsWith('.ts')) url.pathname = url.pathname.replace(/^(.*)\/src\//, '$1/dist/');
  if (existsSync(url)) return url;
  throw new Error(`The worker module ${fileURLToPath(url)} is missing. Build its project first: nx build.`);
}

type Slot = BatchArrays<Record<string, BatchDtype>, SharedArrayBuffer>;

/** One worker and its slots, seen from the training thread. */
class Producer {
  readonly #worker: Worker;
  readonly #control: Int32Array<SharedArrayBuffer>;
  readonly #numSlots: number;
  #numTaken = 0;
  #ready: { readonly layout: BatchLayout; readonly slots: readonly Slot[] } | undefined;
  #failure: Error | undefined;
  #wake: (() => void) | undefined;

  constructor(
    url: URL,
    data: unknown,
    numSlots: number,
    steps: { readonly firstStep: number; readonly toStep: number; readonly stride: number },
  ) {
    const control = new SharedArrayBuffer(CONTROL_BYTES);
    this.#control = new Int32Array(control);
    this.#numSlots = numSlots;
    const order: WorkerOrder = { prefetch: { control, numSlots, ...steps }, data };
    this.#worker = new Worker(url, { workerData: order });
    this.#worker.on('message', (message: WorkerMessage) => {
      this.#receive(message);
    });
    this.#worker.on('error', (error: unknown) => {
      this.#fail(error instanceof Error ? error : new Error(String(error)));
    });
    this.#worker.on('exit', (code) => {
      this.#fail(new Error(`A batch worker ended early, with exit code ${code}.`));
    });
    this.#worker.unref(); // last: to listen refers to it again
  }

  /** The oldest batch not taken yet. The slot is the worker's again after `release`. */
  async next(dtypes: Readonly<Record<string, BatchDtype>>, signal: AbortSignal | undefined): Promise<Slot> {
    for (;;) {
      signal?.throwIfAborted();
      if (this.#ready !== undefined && this.#hasBatch()) {
        if (this.#numTaken === 0) checkDtypes(this.#ready.layout, dtypes);
        return this.#ready.slots[this.#numTaken % this.#numSlots]!;
      }
      if (this.#failure !== undefined) throw this.#failure;
      await this.#news();
    }
  }

  release(): void {
    Atomics.store(this.#control, NUM_TAKEN, ++this.#numTaken);
    Atomics.notify(this.#control, NUM_TAKEN);
  }

  wake(): void {
    this.#wake?.();
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #hasBatch(): boolean {
    return Atomics.load(this.#control, NUM_MADE) > this.#numTaken;
  }

  /** Returns when the worker may have something new. */
  async #news(): Promise<void> {
    Atomics.store(this.#control, IS_WAITING, 1);
    // Looked at again: the worker may have made a batch before it could see that somebody waits.
    if (this.#ready !== undefined && this.#hasBatch()) return;
    this.#worker.ref(); // while somebody waits, the process has something to live for
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#worker.unref();
  }

  #receive(message: WorkerMessage): void {
    switch (message.kind) {
      case 'ready':
        this.#ready = {
          layout: message.layout,
          slots: slotViews(message.layout, message.memory, this.#numSlots),
        };
        break;
      case 'made':
        break;
      case 'failed': {
        const cause = new Error(message.message);
        cause.stack = message.stack; // where in the worker
        this.#fail(
          message.file === undefined
            ? new Error(message.message, { cause })
            : new DataError(message.file, message.message, { cause }),
        );
        break;
      }
      default:
        message satisfies never;
    }
    this.wake();
  }

  /** The first failure is the one to tell: an exit follows each. */
  #fail(error: Error): void {
    this.#failure ??= error;
    this.wake();
  }
}

function checkDtypes(layout: BatchLayout, dtypes: Readonly<Record<string, BatchDtype>>): void {
  const inWords = (entries: [string, string][]) =>
    entries
      .map(([name, dtype]) => `${name} ${dtype}`)
      .sort()
      .join(', ');
  const made = inWords(Object.entries(layout).map(([name, { dtype }]) => [name, dtype]));
  const wanted = inWords(Object.entries(dtypes));
  if (made !== wanted) throw new TypeError(`The batch worker makes ${made}; expected ${wanted}.`);
}

/** Ordinary memory: `slice` of a shared array does not share. */
function copyOf(slot: Slot): BatchArrays<Record<string, BatchDtype>> {
  return Object.fromEntries(Object.entries(slot).map(([name, array]) => [name, array.slice()]));
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
