// The worker that makes training batches ahead; started by `trainBatches`.
import { placesOf } from '../batches/batch-part.js';
import { serveBatches } from '../batches/prefetch-worker.js';
import { createTrainBatchMaker, type TrainBatchJob } from './train-batch-maker.js';

await serveBatches((job: TrainBatchJob) => {
  const { size } = placesOf(job.part, job.batchSize);
  return {
    layout: {
      images: { dtype: 'float32', shape: [size, ...job.arrays.imageShape] },
      labels: { dtype: 'int32', shape: [size] },
    },
    make: createTrainBatchMaker(job),
  };
});
