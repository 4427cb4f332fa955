// The worker's side of batches of examples: which ones a step shows, who stands in, what is kept in memory and where in
// the batch each goes. An app says how one example is loaded and written. Loads no TensorFlow, no charts.
import { createRng, type Rng } from 'rpg-core/rng'; // not the index, which would load tfjs into each worker
import { type BatchPart, placesOf } from './batch-part.js';
import { createByteCache } from './byte-cache.js';
import { createExampleOrder, type LastBatch } from './example-order.js';
import { type BatchLayout, elementsIn } from './prefetch-protocol.js';
import { type BatchMaker, serveBatches } from './prefetch-worker.js';
import { MAX_TRIES } from './stand-in.js';
import {
  evalExamples,
  type ExampleLoader,
  type PlacedExample,
  type StepExamples,
  trainExamples,
} from './step-examples.js';

/** The arrays that an example is written to, all float32: the shape of each, by name. */
export type ExampleShapes<Name extends string> = Readonly<Record<Name, readonly number[]>>;

export type ExampleArrays<Name extends string> = Readonly<Record<Name, Float32Array>>;

/** How one example is made; `Loaded` is what is kept of it in memory, `Name` are its arrays. */
export interface ExampleMaker<Loaded extends object, Name extends string> {
  /**
   * Loads an example.
   *
   * @returns undefined when it cannot be read and the run is to go on without it; that is not asked again. What it throws
   *   ends the run.
   */
  load(example: number): Loaded | undefined | Promise<Loaded | undefined>;
  /** Examples that are loaded at a time; 1 when left out. */
  readonly numAtOnce?: number;
  /** Bytes that a loaded example takes. */
  sizeBytesOf(loaded: Loaded): number;
  /** The fork of the batches' random stream that `draws` below come from. */
  readonly drawsName: string;
  /**
   * Writes an example.
   *
   * @param draws random numbers of its own, by step and place in the batch; undefined in an evaluation, which shows
   *   examples as they are
   * @param out this example's part of the batch, zeros
   */
  write(loaded: Loaded, example: number, draws: Rng | undefined, out: ExampleArrays<Name>): void;
  /** What ends a training in which neither `wanted` nor the next ones of the epoch can be read; `numTried` in all. */
  noneReadable(wanted: number, numTried: number): Error;
}

/** What a worker is told: plain data. */
export interface ExampleWork<Name extends string> {
  readonly numExamples: number;
  readonly batchSize: number;
  readonly shapes: ExampleShapes<Name>;
  /** Bytes of loaded examples that this worker may keep. */
  readonly cacheBytes: number;
  readonly order:
    | {
        readonly kind: 'train';
        readonly lastBatch: LastBatch;
        /** The part of each batch that is made; the whole when left out. */
        readonly part?: BatchPart | undefined;
        /** Path of the random stream that order and draws are forked from. */
        readonly rngPath: string;
      }
    /** Every example once, as it is. */
    | { readonly kind: 'evaluation' };
}

/** `workerData` of such a worker: `data` is the app's own. */
export interface ExampleWorkerData<Name extends string> {
  readonly work: ExampleWork<Name>;
  readonly data: unknown;
}

/**
 * The whole of a worker module: `await serveExamples(personExamples);`
 *
 * @param open is given `data` of the `ExampleSource`, of the type that it declares: nothing checks that the two agree
 */
export async function serveExamples<Loaded extends object, Name extends string>(
  open: (data: never) => ExampleMaker<Loaded, Name>,
): Promise<void> {
  await serveBatches(({ work, data }: ExampleWorkerData<Name>): BatchMaker<BatchLayout> => {
    const { layout, make } = createExampleBatches(work, open(data as never));
    return { layout, make: (step, out) => make(step, out as unknown as StepArrays<Name>) }; // as the layout has them
  });
}

/** The arrays of a batch, each with a leading axis [batchSize]. */
export type StepArrays<Name extends string> = ExampleArrays<Name> & StepExamples;

/**
 * Batches of examples; tests call this directly.
 *
 * @returns their layout, and a function that writes the batch of `step` into arrays of zeros; a batch with fewer examples
 *   fills the front
 * @throws RangeError or ConfigError when the batch size is out of range
 */
export function createExampleBatches<Loaded extends object, Name extends string>(
  work: ExampleWork<Name>,
  maker: ExampleMaker<Loaded, Name>,
): { readonly layout: BatchLayout; readonly make: (step: number, out: StepArrays<Name>) => Promise<void> } {
  const examplesOf = createSteps(work, maker);
  const drawsOf = createDraws(work, maker);
  return {
    layout: layoutOf(work),
    async make(step, out) {
      for await (const { example, loaded, position } of examplesOf(step, out)) {
        maker.write(loaded, example, drawsOf(step, position), partsOf(out, work.shapes, position));
      }
    },
  };
}

/** Loads the examples of a step, in order. */
function createSteps<Loaded extends object, Name extends string>(
  { numExamples, batchSize, cacheBytes, order }: ExampleWork<Name>,
  maker: ExampleMaker<Loaded, Name>,
): (step: number, out: StepExamples) => AsyncGenerator<PlacedExample<Loaded>, void, undefined> {
  const loader = createLoader(maker, cacheBytes);
  const sizes = { numExamples, batchSize };
  if (order.kind === 'evaluation') return (step, out) => evalExamples(sizes, step, loader, out);
  const ofSteps = createExampleOrder(order.rngPath, { ...sizes, lastBatch: order.lastBatch, part: order.part });
  const numTried = Math.min(MAX_TRIES, numExamples);
  return (step, out) => trainExamples(ofSteps, step, loader, out, (wanted) => maker.noneReadable(wanted, numTried));
}

/** Looks in the cache first, and asks once only for what cannot be read. */
function createLoader<Loaded extends object, Name extends string>(
  maker: ExampleMaker<Loaded, Name>,
  maxBytes: number,
): ExampleLoader<Loaded> {
  const cache = createByteCache<Loaded>({
    maxBytes,
    load: (example) => maker.load(example),
    sizeBytesOf: (loaded) => maker.sizeBytesOf(loaded),
  });
  const broken = new Set<number>();
  return {
    numAtOnce: maker.numAtOnce ?? 1,
    async load(example) {
      if (broken.has(example)) return undefined;
      const loaded = await cache.get(example);
      if (loaded === undefined) broken.add(example);
      return loaded;
    },
  };
}

/** Draws follow from step and position in the whole batch alone, not from what was drawn before. */
function createDraws<Name extends string>(
  { order, batchSize }: ExampleWork<Name>,
  { drawsName }: { readonly drawsName: string },
): (step: number, position: number) => Rng | undefined {
  if (order.kind === 'evaluation') return () => undefined;
  const rng = createRng(order.rngPath).fork(drawsName);
  const { first } = placesOf(order.part, batchSize);
  return (step, position) => rng.fork(step).fork(first + position);
}

function layoutOf<Name extends string>({ shapes, batchSize, order }: ExampleWork<Name>): BatchLayout {
  const { size } = placesOf(order.kind === 'train' ? order.part : undefined, batchSize);
  const perExample = Object.entries<readonly number[]>(shapes).map(
    ([name, shape]) => [name, { dtype: 'float32', shape: [size, ...shape] }] as const,
  );
  const places = { dtype: 'int32', shape: [size] } as const;
  return { ...Object.fromEntries(perExample), examples: places, broken: places };
}

function partsOf<Name extends string>(
  arrays: ExampleArrays<Name>,
  shapes: ExampleShapes<Name>,
  position: number,
): ExampleArrays<Name> {
  const parts = Object.entries<readonly number[]>(shapes).map(([name, shape]) => {
    const length = elementsIn(shape);
    return [name, arrays[name as Name].subarray(position * length, (position + 1) * length)];
  });
  return Object.fromEntries(parts) as ExampleArrays<Name>;
}
