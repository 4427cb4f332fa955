// Batches of examples, for training and for evaluation, made in worker threads. The order of an epoch, its last batch, the
// way to the workers and what becomes of examples that cannot be read are here; an app brings the source of its examples.
import type { Rng } from 'rpg-core/rng';
import { type BatchPart, placesOf } from './batch-part.js';
import { type LastBatch, stepsPerEpoch } from './example-order.js';
import type { ExampleArrays, ExampleShapes, ExampleWork, ExampleWorkerData, StepArrays } from './example-worker.js';
import { prefetchBatches } from './prefetch.js';
import { type BatchDtype, elementsIn } from './prefetch-protocol.js';

/** Examples that batches are made from; `Name` are the arrays of each. */
export interface ExampleSource<Name extends string> {
  readonly numExamples: number;
  readonly shapes: ExampleShapes<Name>;
  /** A compiled module that calls `serveExamples`; see `compiledWorker`. */
  readonly workerUrl: URL;
  /** What that module makes the examples from: handed to each worker as a structured clone. */
  readonly data: unknown;
  /** Told of an example that cannot be read each time that a batch goes without it. */
  readonly leaveOut: (example: number) => Promise<void>;
  /** What ends an evaluation that could read no example. */
  readonly noneReadable: () => Error;
}

export interface BatchWork {
  /** Threads that make batches; 1 when left out. The batches are the same. */
  readonly numWorkers?: number;
  /** Bytes of loaded examples kept by all threads together; 512 MiB when left out, a few hundred photographs. */
  readonly cacheBytes?: number;
  /** Ends the iteration with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Which steps of a training are wanted. */
export interface TrainOrder {
  readonly batchSize: number;
  /** Dropped, every step has `batchSize` examples; kept, the last step of an epoch may have fewer. */
  readonly lastBatch: LastBatch;
  /** The part of each batch that is wanted (`lastBatch` 'drop'); all of it when left out. Parts together are the batch. */
  readonly part?: BatchPart | undefined;
  /** Decides order and augmentation, by its path alone. */
  readonly rng: Rng;
  /** First step, from 0 at the start of the run, and the one after the last. */
  readonly fromStep: number;
  readonly toStep: number;
  /** Ends the iteration with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface ExampleBatch<Name extends string> {
  readonly numExamples: number;
  /** float32 [numExamples, …shape] each; the consumer's own, as `examples` */
  readonly arrays: ExampleArrays<Name>;
  /** int32 [numExamples]: places in the source */
  readonly examples: Int32Array;
  /** Places in the source of those that should be here, but cannot be read. */
  readonly broken: readonly number[];
  /** How long the consumer waited for this batch. */
  readonly waitMs: number;
}

export interface ExampleTrainBatch<Name extends string> extends ExampleBatch<Name> {
  readonly step: number;
}

/**
 * The batches of steps `fromStep` to `toStep` − 1. What a batch holds follows from the source, the path of `rng` and the
 * step: a resumed run goes on with the batches that it would have had. For an example that cannot be read the next one of
 * the epoch that can stands in, seen by the same random draws.
 *
 * @throws ConfigError when the batch size is out of range
 * @throws what the source's worker throws
 */
export async function* trainBatchesOf<Name extends string>(
  source: ExampleSource<Name>,
  order: TrainOrder & BatchWork,
): AsyncGenerator<ExampleTrainBatch<Name>, void, undefined> {
  const { batchSize, lastBatch, part, rng, fromStep, toStep } = order;
  stepsPerEpoch(source.numExamples, batchSize, lastBatch); // looked at here too: told before a thread starts
  placesOf(part, batchSize);
  yield* makeBatches(source, order, { kind: 'train', lastBatch, part, rngPath: rng.path }, { fromStep, toStep });
}

/**
 * Every example once, in order, as it is, in batches of `batchSize`. Where examples cannot be read a batch is smaller, or
 * is not there; the last one may be smaller too. An empty source gives none.
 *
 * @throws RangeError when `batchSize` is not an integer from 1
 * @throws what the source's worker throws, and its `noneReadable`
 */
export async function* evalBatchesOf<Name extends string>(
  source: ExampleSource<Name>,
  order: { readonly batchSize: number } & BatchWork,
): AsyncGenerator<ExampleBatch<Name>, void, undefined> {
  const { batchSize } = order;
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new RangeError(`batchSize is ${batchSize}, expected an integer from 1.`);
  }
  const steps = { fromStep: 0, toStep: Math.ceil(source.numExamples / batchSize) };
  let numRead = 0;
  for await (const batch of makeBatches(source, order, { kind: 'evaluation' }, steps)) {
    numRead += batch.numExamples;
    if (batch.numExamples > 0) yield batch;
  }
  if (numRead === 0 && source.numExamples > 0) throw source.noneReadable();
}

const DEFAULT_CACHE_BYTES = 512 * 1024 * 1024;

async function* makeBatches<Name extends string>(
  { numExamples, shapes, workerUrl, data, leaveOut }: ExampleSource<Name>,
  { batchSize, numWorkers = 1, cacheBytes = DEFAULT_CACHE_BYTES, signal }: { readonly batchSize: number } & BatchWork,
  order: ExampleWork<Name>['order'],
  steps: { readonly fromStep: number; readonly toStep: number },
): AsyncGenerator<ExampleTrainBatch<Name>, void, undefined> {
  const work = { numExamples, batchSize, shapes, cacheBytes: Math.floor(cacheBytes / numWorkers), order };
  const workerData: ExampleWorkerData<Name> = { work, data };
  const made = prefetchBatches({
    workerUrl,
    workerData,
    dtypes: dtypesOf(shapes),
    numWorkers,
    ...steps,
    ...(signal === undefined ? {} : { signal }),
  });
  for await (const { step, arrays, waitMs } of made) {
    const batch = toBatch(arrays as StepArrays<Name>, shapes); // their dtypes were compared
    for (const example of batch.broken) await leaveOut(example);
    yield { step, ...batch, waitMs };
  }
}

function dtypesOf(shapes: ExampleShapes<string>): Readonly<Record<string, BatchDtype>> {
  const ofExamples = Object.keys(shapes).map((name) => [name, 'float32'] as const);
  return { ...Object.fromEntries(ofExamples), examples: 'int32', broken: 'int32' };
}

/** The examples of a batch fill the front of its arrays. */
function toBatch<Name extends string>(
  step: StepArrays<Name>,
  shapes: ExampleShapes<Name>,
): Omit<ExampleBatch<Name>, 'waitMs'> {
  const isThere = (example: number) => example !== -1;
  const examples = step.examples.filter(isThere);
  const numExamples = examples.length;
  const front = Object.entries<readonly number[]>(shapes).map(([name, shape]) => [
    name,
    step[name as Name].subarray(0, numExamples * elementsIn(shape)),
  ]);
  return {
    numExamples,
    arrays: Object.fromEntries(front) as ExampleArrays<Name>,
    examples,
    broken: Array.from(step.broken.filter(isThere)),
  };
}
