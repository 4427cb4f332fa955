// The worker that makes batches from image files; started by `fileSplit`.
import { serveBatches } from 'training-kit/data';
import { evalFilesMaker, type FileBatchJob, trainFilesMaker } from './file-batch-maker.js';

await serveBatches((job: FileBatchJob) => (job.kind === 'train' ? trainFilesMaker(job) : evalFilesMaker(job)));
