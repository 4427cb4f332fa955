// The worker that makes training batches ahead; started by `trainBatches`.
import { serveBatches } from '../batches/prefetch-worker.js';
import { createTrainBatchMaker, type TrainBatchJob } from './train-batch-maker.js';

await serveBatches((job: TrainBatchJob) => ({
  layout: {
    images: { dtype: 'float32', shape: [job.batchSize, ...job.arrays.imageShape] },
    labels: { dtype: 'int32', shape: [job.batchSize] },
  },
  make: createTrainBatchMaker(job),
}));
