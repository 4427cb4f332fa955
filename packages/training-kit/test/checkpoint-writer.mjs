// Writes checkpoints into the folder named by its argument until it is killed, printing each step when it is written.
import { latestCheckpoint, writeCheckpoint } from '../dist/checkpoint/checkpoint.js';

const folder = process.argv[2];
const latest = await latestCheckpoint(folder, (file) => {
  throw new Error(`${file} is damaged`);
});
for (let step = (latest?.step ?? 0) + 1; ; step++) {
  const ring = { dtype: 'F32', shape: [200_000], data: new Float32Array(200_000).fill(step) };
  await writeCheckpoint(folder, step, { tensors: new Map([['ring', ring]]), metadata: {} }, { keepLast: 2 });
  process.stdout.write(`${step}\n`);
}
