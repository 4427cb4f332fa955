// The worker that makes batches ahead; started by `trainBatches` and `evalBatches`.
import sharp from 'sharp';
import { serveBatches } from 'training-kit/data';
import { numJoints } from '../joints.js';
import { type BatchJob, createBatchMaker } from './batch-maker.js';

// One image at a time: the training thread has the other cores.
sharp.concurrency(1);

await serveBatches((job: BatchJob) => {
  const { batchSize, crop } = job;
  return {
    layout: {
      images: { dtype: 'float32', shape: [batchSize, crop.inputSize, crop.inputSize, 3] },
      targets: { dtype: 'float32', shape: [batchSize, crop.mapSize, crop.mapSize, numJoints] },
      weights: { dtype: 'float32', shape: [batchSize, numJoints] },
      examples: { dtype: 'int32', shape: [batchSize] },
      broken: { dtype: 'int32', shape: [batchSize] },
    },
    make: createBatchMaker(job),
  };
});
