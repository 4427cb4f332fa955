import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { createExampleBatches, type ExampleMaker, type ExampleWork } from './example-worker.js';

/** Examples of 10 bytes; odd ones cannot be read. */
function counted() {
  const asked: number[] = [];
  const maker: ExampleMaker<{ value: number }, 'value'> = {
    load(example) {
      asked.push(example);
      return example % 2 === 1 ? undefined : { value: example };
    },
    sizeBytesOf: () => 10,
    drawsName: 'draws',
    write({ value }, _example, _draws, out) {
      out.value[0] = value;
    },
    noneReadable: () => new Error('none'),
  };
  return { maker, asked };
}

const work: ExampleWork<'value'> = {
  numExamples: 6,
  batchSize: 6,
  shapes: { value: [1] },
  cacheBytes: 20,
  order: { kind: 'evaluation' },
};
const arrays = () => ({ value: new Float32Array(6), examples: new Int32Array(6), broken: new Int32Array(6) });

test('the arrays of a batch', () => {
  const { layout } = createExampleBatches({ ...work, batchSize: 2, shapes: { value: [4, 3] } }, counted().maker);
  expect(layout).toEqual({
    value: { dtype: 'float32', shape: [2, 4, 3] },
    examples: { dtype: 'int32', shape: [2] },
    broken: { dtype: 'int32', shape: [2] },
  });
});

test('what cannot be read is asked for once, what does not fit into the cache again', async () => {
  const { maker, asked } = counted();
  const { make } = createExampleBatches(work, maker);
  const [first, second] = [arrays(), arrays()];
  await make(0, first);
  expect([...first.value]).toEqual([0, 2, 4, 0, 0, 0]);
  expect([[...first.examples], [...first.broken]]).toEqual([
    [0, 2, 4, -1, -1, -1],
    [1, 3, 5, -1, -1, -1],
  ]);
  expect(asked).toEqual([0, 1, 2, 3, 4, 5]);
  await make(0, second);
  expect(second).toEqual(first);
  expect(asked.slice(6)).toEqual([0, 2, 4]); // two are held, always the wrong ones
});

test('loads neither TensorFlow nor an image decoder', () => {
  const program =
    `await import('training-kit/data');` +
    `const { createRequire } = await import('node:module');` +
    `const loaded = Object.keys(createRequire(import.meta.url).cache);` +
    `console.log(loaded.filter((file) => /tfjs|sharp|vega/.test(file)).length);`;
  const env = { ...process.env, FORCE_COLOR: undefined, NO_COLOR: undefined }; // nx sets the one, users the other
  const args = ['--input-type=module', '-e', program];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env });
  expect([stdout.trim(), stderr]).toEqual(['0', '']);
});
