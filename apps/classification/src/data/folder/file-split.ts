// A split whose images lie in files: decoded when they are needed, in worker threads.
import { namedExamples } from 'training-kit';
import { batchSizeAt, compiledWorker, type LeftOutImages, prefetchBatches, stepsPerEpoch } from 'training-kit/data';
import { DataError } from 'training-kit/errors';
import type { EvalBatch, ImageShape, Normalization, Split, TrainBatch, TrainOrder } from 'training-kit/labelled-images';
import { evalBytes, type EvalFilesJob, type TrainFilesJob } from './file-batch-maker.js';
import { fileAt, type FileList, namesOf, selectFiles } from './file-list.js';
import { reasonLeftOut } from './left-out.js';

/** What becomes of an image on its way to the network. */
export interface FilePipeline {
  /** Side of the square the network gets. */
  readonly imageSize: number;
  readonly normalization: Normalization;
  /** Mirror half of the training images. */
  readonly flip: boolean;
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
    imageAt: (index) => evalBytes(files, index, imageSize),
    select: (indices) => fileSplit(selectFiles(files, indices), pipeline),
    identify: () => namedExamples(() => namesOf(files)),
  };
}

async function* trainBatches(
  files: FileList,
  pipeline: FilePipeline,
  order: TrainOrder,
): AsyncGenerator<TrainBatch, void, undefined> {
  const { imageSize, normalization, flip, numWorkers, leftOut } = pipeline;
  const { batchSize, lastBatch, rng, fromStep, toStep, signal } = order;
  stepsPerEpoch(files.numFiles, batchSize, lastBatch); // looked at here too: told before a thread starts

  const shared = { files, imageSize, normalization, flip, batchSize, lastBatch };
  const job: TrainFilesJob = { kind: 'train', ...shared, rngPath: rng.path };
  const made = prefetchBatches({
    workerUrl: workerUrl(),
    workerData: job,
    dtypes: { images: 'float32', examples: 'int32', broken: 'int32' },
    fromStep,
    toStep,
    numWorkers,
    ...(signal === undefined ? {} : { signal }),
  });
  const imageShape: ImageShape = [imageSize, imageSize, 3];
  for await (const { step, arrays, waitMs } of made) {
    const numExamples = batchSizeAt(step, files.numFiles, batchSize, lastBatch);
    for (const index of arrays.broken) if (index !== -1) await noteLeftOut(leftOut, fileAt(files, index));
    const images = arrays.images.subarray(0, numExamples * 3 * imageSize ** 2);
    const labels = arrays.examples.subarray(0, numExamples).map((index) => files.labels[index]!);
    yield { step, numExamples, images, labels, imageShape, waitMs };
  }
}

async function* evalBatches(
  files: FileList,
  { imageSize, normalization, numWorkers, leftOut }: FilePipeline,
  batchSize: number,
): AsyncGenerator<EvalBatch, void, undefined> {
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new RangeError(`batchSize is ${batchSize}, expected an integer from 1.`);
  }
  const job: EvalFilesJob = { kind: 'eval', files, imageSize, normalization, batchSize };
  const made = prefetchBatches({
    workerUrl: workerUrl(),
    workerData: job,
    dtypes: { images: 'float32', examples: 'int32', broken: 'int32' },
    fromStep: 0,
    toStep: Math.ceil(files.numFiles / batchSize),
    numWorkers,
  });
  const imageShape: ImageShape = [imageSize, imageSize, 3];
  let numRead = 0;
  for await (const { arrays } of made) {
    for (const index of arrays.broken) if (index !== -1) await noteLeftOut(leftOut, fileAt(files, index));
    const examples = arrays.examples.filter((index) => index !== -1);
    const numExamples = examples.length;
    numRead += numExamples;
    if (numExamples === 0) continue;
    const images = arrays.images.subarray(0, numExamples * 3 * imageSize ** 2);
    yield { examples, numExamples, images, labels: examples.map((index) => files.labels[index]!), imageShape };
  }
  if (numRead === 0 && files.numFiles > 0) {
    throw new DataError(
      files.folder,
      `Cannot read any of the ${files.numFiles} images in ${files.folder}.\nIs it complete and still there?`,
    );
  }
}

async function noteLeftOut(leftOut: LeftOutImages, file: string): Promise<void> {
  await leftOut.add(file, () => reasonLeftOut(file));
}

function workerUrl(): URL {
  return compiledWorker(import.meta.url, './file-batch-worker.js');
}
