// The worker that makes batches ahead; started by `trainBatches` and `evalBatches`.
import sharp from 'sharp';
import { serveBatches } from 'training-kit/data';
import { type BatchJob, createBatchMaker } from './batch-maker.js';

// One image at a time: the training thread has the other cores.
sharp.concurrency(1);

await serveBatches((job: BatchJob) => {
  const { inputSize } = job.input;
  const maps = [job.batchSize, inputSize, inputSize];
  return {
    layout: {
      images: { dtype: 'float32', shape: [...maps, 3] },
      depths: { dtype: 'float32', shape: maps },
      depthMask: { dtype: 'float32', shape: maps },
      normals: { dtype: 'float32', shape: [...maps, 3] },
      normalsMask: { dtype: 'float32', shape: maps },
      examples: { dtype: 'int32', shape: [job.batchSize] },
      broken: { dtype: 'int32', shape: [job.batchSize] },
    },
    make: createBatchMaker(job),
  };
});
