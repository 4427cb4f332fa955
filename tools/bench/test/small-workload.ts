// A step of a ring-fed network that is small enough for a test.
import type { Workload } from '../src/workers/workload.js';

export const workload: Workload = {
  task: 'step',
  network: 'ring',
  precision: 'float32',
  width: 4,
  ringSize: 500,
  batchSize: 2,
  imageSize: 8,
  threads: 1,
  repeats: 1,
};
