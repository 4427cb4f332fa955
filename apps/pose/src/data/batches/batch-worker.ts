// The worker that makes batches ahead; started by `trainBatches` and `evalBatches`.
import sharp from 'sharp';
import { serveExamples } from 'training-kit/data';
import { personExamples } from './person-example.js';

// One image at a time: the training thread has the other cores.
sharp.concurrency(1);

await serveExamples(personExamples);
