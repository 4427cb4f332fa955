// The worker that makes batches from image files; started by `fileSplit`.
import { serveExamples } from 'training-kit/data';
import { fileExamples } from './file-example.js';

await serveExamples(fileExamples);
