import { describe, expect, test } from 'vitest';
import { evalExamples, type PlacedExample, trainExamples } from './step-examples.js';

/** Two steps of an epoch of five, the last one kept. */
const shuffled = Uint32Array.of(3, 0, 4, 1, 2);
const order = {
  epochOf: (step: number) => ({ shuffled, first: 3 * step }),
  examplesOf: (step: number) => shuffled.subarray(3 * step, 3 * step + 3),
};
const loaderWithout = (...unreadable: number[]) => ({
  load: (example: number) => Promise.resolve(unreadable.includes(example) ? undefined : { pixels: `of ${example}` }),
  numAtOnce: 2,
});

/** Arrays with what another step left in them. */
const used = () => ({ examples: Int32Array.of(7, 7, 7), broken: Int32Array.of(7, 7, 7) });
const noneReadable = (wanted: number) => new Error(`nothing stands in for ${wanted}`);

async function placed(examples: AsyncGenerator<PlacedExample<{ pixels: string }>>): Promise<string[]> {
  const seen = [];
  for await (const { position, example, loaded } of examples) {
    expect(loaded).toEqual({ pixels: `of ${example}` });
    seen.push(`${example} at ${position}`);
  }
  return seen;
}

describe('training', () => {
  test.each([
    { unreadable: [], step: 0, seen: ['3 at 0', '0 at 1', '4 at 2'], examples: [3, 0, 4], broken: [-1, -1, -1] },
    { unreadable: [], step: 1, seen: ['1 at 0', '2 at 1'], examples: [1, 2, -1], broken: [-1, -1, -1] },
    { unreadable: [0, 4], step: 0, seen: ['3 at 0', '1 at 1', '1 at 2'], examples: [3, 1, 1], broken: [-1, 0, 4] },
    { unreadable: [2], step: 1, seen: ['1 at 0', '3 at 1'], examples: [1, 3, -1], broken: [-1, 2, -1] },
  ])('step $step without $unreadable: $examples', async ({ unreadable, step, seen, examples, broken }) => {
    const out = used();
    expect(await placed(trainExamples(order, step, loaderWithout(...unreadable), out, noneReadable))).toEqual(seen);
    expect([[...out.examples], [...out.broken]]).toEqual([examples, broken]);
  });

  test('an end where nothing can be read', async () => {
    const examples = trainExamples(order, 1, loaderWithout(0, 1, 2, 3, 4), used(), noneReadable);
    await expect(placed(examples)).rejects.toThrow('nothing stands in for 1');
  });
});

describe('evaluation', () => {
  const sizes = { numExamples: 5, batchSize: 3 };

  test.each([
    { unreadable: [], step: 0, seen: ['0 at 0', '1 at 1', '2 at 2'], examples: [0, 1, 2], broken: [-1, -1, -1] },
    { unreadable: [], step: 1, seen: ['3 at 0', '4 at 1'], examples: [3, 4, -1], broken: [-1, -1, -1] },
    { unreadable: [0, 2], step: 0, seen: ['1 at 0'], examples: [1, -1, -1], broken: [0, 2, -1] },
    { unreadable: [3, 4], step: 1, seen: [], examples: [-1, -1, -1], broken: [3, 4, -1] },
  ])('step $step without $unreadable: $examples', async ({ unreadable, step, seen, examples, broken }) => {
    const out = used();
    expect(await placed(evalExamples(sizes, step, loaderWithout(...unreadable), out))).toEqual(seen);
    expect([[...out.examples], [...out.broken]]).toEqual([examples, broken]);
  });
});
