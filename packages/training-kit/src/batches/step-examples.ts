// Which examples the batch of a step shows, where some cannot be read: others in training, fewer in an evaluation.
import type { ExampleOrder } from './example-order.js';
import { inOrder } from './in-order.js';
import { firstLoadable, type LoadedExample } from './stand-in.js';

/** Examples of a batch as a worker hands them over: places in the split, or −1 for none. */
export interface StepExamples {
  /** int32 [batchSize]: what the batch shows, in front */
  readonly examples: Int32Array;
  /**
   * int32 [batchSize]: what it should show but cannot, in training where another one stands in, in an evaluation in
   * front
   */
  readonly broken: Int32Array;
}

/** An example that was loaded for a batch, and its place there. */
export interface PlacedExample<Loaded> extends LoadedExample<Loaded> {
  readonly position: number;
}

export interface ExampleLoader<Loaded> {
  /** @returns undefined for an example that cannot be read; what it throws goes on */
  readonly load: (example: number) => Promise<Loaded | undefined>;
  /** Examples that are loaded at a time. */
  readonly numAtOnce: number;
}

/**
 * Loads the examples of a training step, in order; for one that cannot be read the next one of the epoch that can stands
 * in (`firstLoadable`).
 *
 * @param out is overwritten with what is met
 * @param noneReadable what to throw where nothing stands in for an example
 */
export async function* trainExamples<Loaded extends object>(
  order: Pick<ExampleOrder, 'examplesOf' | 'epochOf'>,
  step: number,
  { load, numAtOnce }: ExampleLoader<Loaded>,
  { examples, broken }: StepExamples,
  noneReadable: (wanted: number) => Error,
): AsyncGenerator<PlacedExample<Loaded>, void, undefined> {
  const { shuffled, first } = order.epochOf(step);
  examples.fill(-1);
  broken.fill(-1);
  const loaded = inOrder(order.examplesOf(step).entries(), numAtOnce, async ([position, wanted]) => ({
    position,
    wanted,
    found: await firstLoadable(shuffled, first + position, load),
  }));
  for await (const { position, wanted, found } of loaded) {
    if (found === undefined) throw noneReadable(wanted);
    if (found.example !== wanted) broken[position] = wanted;
    examples[position] = found.example;
    yield { ...found, position };
  }
}

/**
 * Loads the examples of an evaluation's step, in order: step · batchSize and on, without those that cannot be read, the
 * others moved up.
 *
 * @param out is overwritten with what is met
 */
export async function* evalExamples<Loaded extends object>(
  { numExamples, batchSize }: { readonly numExamples: number; readonly batchSize: number },
  step: number,
  { load, numAtOnce }: ExampleLoader<Loaded>,
  { examples, broken }: StepExamples,
): AsyncGenerator<PlacedExample<Loaded>, void, undefined> {
  examples.fill(-1);
  broken.fill(-1);
  const first = step * batchSize;
  const wanted = Array.from({ length: Math.min(batchSize, numExamples - first) }, (_, i) => first + i);
  const all = inOrder(wanted, numAtOnce, async (example) => ({ example, loaded: await load(example) }));
  let [numRead, numBroken] = [0, 0];
  for await (const { example, loaded } of all) {
    if (loaded === undefined) {
      broken[numBroken++] = example;
      continue;
    }
    examples[numRead] = example;
    yield { example, loaded, position: numRead++ };
  }
}
