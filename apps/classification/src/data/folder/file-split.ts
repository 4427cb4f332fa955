// A split whose images lie in files: decoded when they are needed, in worker threads.
import { namedExamples } from 'training-kit';
import {
  compiledWorker,
  evalBatchesOf,
  type ExampleSource,
  type LeftOutImages,
  trainBatchesOf,
  type TrainOrder,
} from 'training-kit/data';
import { DataError } from 'training-kit/errors';
import type { EvalBatch, Normalization, Split, TrainBatch } from 'training-kit/labelled-images';
import { evalBytes, type FileJob, fileShapes } from './file-example.js';
import { fileAt, type FileList, namesOf, selectFiles } from './file-list.js';
import { reasonLeftOut } from './left-out.js';
import type { EvaluationView } from './views.js';

/** What becomes of an image on its way to the network. */
export interface FilePipeline {
  /** Side of the square the network gets. */
  readonly imageSize: number;
  readonly normalization: Normalization;
  /** Mirror half of the training images. */
  readonly flip: boolean;
  /** What evaluation shows; that of ImageNet recipes when left out. */
  readonly evaluation?: EvaluationView | undefined;
  /** Threads that decode. The batches are the same for any number. */
  readonly numWorkers: number;
  /** Takes down images that cannot be read. */
  readonly leftOut: LeftOutImages;
}

/** `files` as a split: random resized crop and mirror for training, resize and centre crop for evaluation. */
export function fileSplit(files: FileList, pipeline: FilePipeline): Split {
  const { imageSize } = pipeline;
  return {
    numExamples: files.numFiles,
    labels: files.labels,
    imageShape: [imageSize, imageSize, 3],
    trainBatches: (order) => trainBatches(files, pipeline, order),
    evalBatches: ({ batchSize }) => evalBatches(files, pipeline, batchSize),
    imageAt: (index) => evalBytes(files, index, pipeline),
    select: (indices) => fileSplit(selectFiles(files, indices), pipeline),
    identify: () => namedExamples(() => namesOf(files)),
  };
}

async function* trainBatches(
  files: FileList,
  pipeline: FilePipeline,
  order: TrainOrder,
): AsyncGenerator<TrainBatch, void, undefined> {
  const { imageShape, labelsOf, work, source } = imagesOf(files, pipeline);
  for await (const { step, numExamples, arrays, examples, waitMs } of trainBatchesOf(source, { ...order, ...work })) {
    yield { step, numExamples, ...arrays, labels: labelsOf(examples), imageShape, waitMs };
  }
}

async function* evalBatches(
  files: FileList,
  pipeline: FilePipeline,
  batchSize: number,
): AsyncGenerator<EvalBatch, void, undefined> {
  const { imageShape, labelsOf, work, source } = imagesOf(files, pipeline);
  for await (const { numExamples, arrays, examples } of evalBatchesOf(source, { batchSize, ...work })) {
    yield { examples, numExamples, ...arrays, labels: labelsOf(examples), imageShape };
  }
}

function imagesOf(files: FileList, pipeline: FilePipeline) {
  const { imageSize, normalization, flip, evaluation, numWorkers, leftOut } = pipeline;
  const { folder, numFiles, labels } = files;
  const job: FileJob = { files, imageSize, normalization, flip, evaluation };
  const source: ExampleSource<'images'> = {
    numExamples: numFiles,
    shapes: fileShapes(imageSize),
    workerUrl: compiledWorker(import.meta.url, './file-batch-worker.js'),
    data: job,
    async leaveOut(example) {
      const file = fileAt(files, example);
      await leftOut.add(file, () => reasonLeftOut(file));
    },
    noneReadable: () =>
      new DataError(folder, `Cannot read any of the ${numFiles} images in ${folder}.\nIs it complete and still there?`),
  };
  return {
    source,
    work: { numWorkers, cacheBytes: 0 }, // an epoch is too large to be kept
    labelsOf: (examples: Int32Array) => examples.map((example) => labels[example]!),
    imageShape: [imageSize, imageSize, 3] as const,
  };
}
