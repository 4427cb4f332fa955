// Makes batches from image files. Runs in the batch worker; tests call it directly.
import { centreView, type ChannelScale, prepareImage, resample } from 'rpg-core/prepare-image';
import { createRng } from 'rpg-core/rng';
import {
  type BatchLayout,
  type BatchMaker,
  createExampleOrder,
  firstLoadable,
  type LastBatch,
  maxTries,
} from 'training-kit/data';
import { DataError } from 'training-kit/errors';
import { type DecodedImage, readPhoto } from 'training-kit/images';
import type { Normalization } from 'training-kit/labelled-images';
import { fileAt, type FileList } from './file-list.js';
import { drawView, evaluationPreparation } from './views.js';

/** All a worker needs: plain data, paths shared instead of copied. */
export type FileBatchJob = TrainFilesJob | EvalFilesJob;

interface FilesJob {
  readonly files: FileList;
  /** Side of the square the network gets. */
  readonly imageSize: number;
  readonly normalization: Normalization;
  readonly batchSize: number;
}

export interface TrainFilesJob extends FilesJob {
  readonly kind: 'train';
  /** Mirror half of the images. */
  readonly flip: boolean;
  readonly lastBatch: LastBatch;
  /** Path of the random stream that order and views are forked from. */
  readonly rngPath: string;
}

export interface EvalFilesJob extends FilesJob {
  readonly kind: 'eval';
}

/** Arrays of a batch; places in the split, or −1 for none. */
interface FilesLayout extends BatchLayout {
  /** [batchSize, imageSize, imageSize, 3] */
  readonly images: { readonly dtype: 'float32'; readonly shape: readonly number[] };
  /** [batchSize]: what the images show */
  readonly examples: { readonly dtype: 'int32'; readonly shape: readonly number[] };
  /** [batchSize]: what should have been shown, but cannot be read */
  readonly broken: { readonly dtype: 'int32'; readonly shape: readonly number[] };
}

/** Images a worker has in hand at once: while one is decoded, by another thread, the next is resampled. */
const NUM_IN_HAND = 2;

/**
 * Training batches. Where an image cannot be read, the next one in the order of the epoch that can (at its end, from the
 * start) stands in, seen by the same random draws, and `broken` has the one it stands in for. A kept last batch fills
 * the front only.
 *
 * @throws DataError when `maxTries` images one after the other cannot be read
 */
export function trainFilesMaker(job: TrainFilesJob): BatchMaker<FilesLayout> {
  const { files, imageSize } = job;
  const order = createExampleOrder(job.rngPath, { ...job, numExamples: files.numFiles });
  const viewRng = createRng(job.rngPath).fork('views');
  const scale = normalizationScale(job.normalization);
  const imageLength = 3 * imageSize * imageSize;
  return {
    layout: filesLayout(job),
    async make(step, { images, examples, broken }) {
      const { shuffled, first } = order.epochOf(step);
      examples.fill(-1);
      broken.fill(-1);
      await forEachInHand(order.examplesOf(step).length, async (i) => {
        const found = await firstReadable(files, shuffled, first + i);
        if (found.index !== shuffled[first + i]) broken[i] = shuffled[first + i]!;
        examples[i] = found.index;
        const view = drawView(found.image, job, viewRng.fork(step).fork(i));
        resample(found.image, view, scale, images.subarray(i * imageLength, (i + 1) * imageLength));
      });
    },
  };
}

/**
 * Evaluation batches: step k has files k · batchSize and on. Images that can be read are moved up to the front, with
 * their `examples`; the others are the first ones of `broken`.
 */
export function evalFilesMaker(job: EvalFilesJob): BatchMaker<FilesLayout> {
  const { files, imageSize, batchSize } = job;
  const scale = normalizationScale(job.normalization);
  const imageLength = 3 * imageSize * imageSize;
  return {
    layout: filesLayout(job),
    async make(step, { images, examples, broken }) {
      const first = step * batchSize;
      const isRead = new Array<boolean>(Math.min(batchSize, files.numFiles - first)).fill(false);
      await forEachInHand(isRead.length, async (i) => {
        const image = await readable(fileAt(files, first + i));
        if (image === undefined) return;
        isRead[i] = true;
        const view = centreView(image, evaluationPreparation(imageSize));
        resample(image, view, scale, images.subarray(i * imageLength, (i + 1) * imageLength));
      });
      examples.fill(-1);
      broken.fill(-1);
      let numRead = 0;
      for (const [i, isGood] of isRead.entries()) {
        if (isGood) {
          if (numRead < i) images.copyWithin(numRead * imageLength, i * imageLength, (i + 1) * imageLength);
          examples[numRead++] = first + i;
        } else broken[i - numRead] = first + i;
      }
    },
  };
}

/** Example `index` as evaluation shows it: uint8 [imageSize, imageSize, 3]. @throws DataError */
export async function evalBytes(files: FileList, index: number, imageSize: number): Promise<Uint8Array> {
  const image = await readPhoto(fileAt(files, index));
  return Uint8Array.from(prepareImage(image, evaluationPreparation(imageSize)), Math.round);
}

function filesLayout({ batchSize, imageSize }: FilesJob): FilesLayout {
  return {
    images: { dtype: 'float32', shape: [batchSize, imageSize, imageSize, 3] },
    examples: { dtype: 'int32', shape: [batchSize] },
    broken: { dtype: 'int32', shape: [batchSize] },
  };
}

/** The example at `place` of the epoch, or the first one after it whose image can be read. */
async function firstReadable(
  files: FileList,
  shuffled: Uint32Array,
  place: number,
): Promise<{ index: number; image: DecodedImage }> {
  const found = await firstLoadable(shuffled, place, (index) => readable(fileAt(files, index)));
  if (found !== undefined) return { index: found.example, image: found.loaded };
  const file = fileAt(files, shuffled[place]!);
  throw new DataError(
    file,
    `Cannot read ${file}, nor any of the images that came next; ${Math.min(maxTries, shuffled.length)} were tried.\n` +
      `Is ${files.folder} complete and still there?`,
  );
}

/** Undefined when the image is at fault; faults of this program go on. */
async function readable(file: string): Promise<DecodedImage | undefined> {
  try {
    return await readPhoto(file);
  } catch (error) {
    if (error instanceof DataError) return undefined;
    throw error;
  }
}

/** Calls `body` for 0 … count − 1, at most `numInHand` at a time. */
async function forEachInHand(count: number, body: (i: number) => Promise<void>): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < count) await body(next++);
  };
  await Promise.all(Array.from({ length: NUM_IN_HAND }, work));
}

/** (byte / 255 − mean) / std as gain and offset. */
function normalizationScale({ mean, std }: Normalization): ChannelScale {
  const [r, g, b] = std;
  return { gain: [1 / (255 * r), 1 / (255 * g), 1 / (255 * b)], offset: [-mean[0] / r, -mean[1] / g, -mean[2] / b] };
}
