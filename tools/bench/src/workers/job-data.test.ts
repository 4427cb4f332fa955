import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadBackend } from 'tensorflow-runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { workload } from '../../test/small-workload.js';
import { buildNetwork, firstWeights, makeBatch, writeJobData } from './job-data.js';

let folder: string;
beforeAll(async () => {
  await loadBackend({ device: 'cpu' });
  folder = await mkdtemp(join(tmpdir(), 'bench-data-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

test('images and labels are the same each time', () => {
  const [first, second] = [makeBatch(workload), makeBatch(workload)];
  expect([first.images.shape, [...first.labels.dataSync()]]).toEqual([[2, 8, 8, 3], [0, 1]]); // prettier-ignore
  expect(first.images.dataSync()).toEqual(second.images.dataSync());
});

test('the plan holds counts, sizes, scales, indices and the ring, one behind the other', async () => {
  const file = join(folder, 'job.safetensors');
  await writeJobData(file, workload);
  const source = firstWeights(buildNetwork(workload), workload);
  const plan = source.plans.get('ring')!;
  const { numGenerated, slots } = plan;
  const { buffer, byteOffset, byteLength } = await readFile(`${file}.plan`);
  expect(byteLength).toBe(4 * (3 + 2 * slots.length + numGenerated + 500));
  const bytes = buffer.slice(byteOffset, byteOffset + byteLength);
  const [integers, floats] = [new Int32Array(bytes), new Float32Array(bytes)];
  expect([...integers.subarray(0, 3)]).toEqual([500, numGenerated, slots.length]);
  const sizes = integers.subarray(3, 3 + slots.length);
  expect([...sizes]).toEqual(slots.map(({ slot }) => slot.size));
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(numGenerated);
  expect([...floats.subarray(-500)]).toEqual([...source.trainables.get('ring')!.dataSync()]);
});

test('the file for PyTorch names its tensors, and the generated slots in order', async () => {
  const file = join(folder, 'job.safetensors');
  await writeJobData(file, workload);
  const bytes = await readFile(file);
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + Number(bytes.readBigUInt64LE(0)))) as Record<
    string,
    { dtype: string; shape: number[] } & Record<string, string>
  >;
  const { plans } = firstWeights(buildNetwork(workload), workload);
  const { numGenerated, slots } = plans.get('ring')!;
  expect(header.ring).toMatchObject({ dtype: 'F32', shape: [500] });
  expect(header.indices).toMatchObject({ dtype: 'I32', shape: [numGenerated] });
  expect(header.images).toMatchObject({ dtype: 'F32', shape: [2, 8, 8, 3] });
  expect(header.labels).toMatchObject({ dtype: 'I32', shape: [2] });
  const generated = JSON.parse(header.__metadata__!.generated!) as string[];
  expect(generated).toEqual(slots.map(({ slot }) => slot.name));
  expect(generated.map((name) => header[name]?.shape)).toEqual(slots.map(({ slot }) => slot.shape));
});
