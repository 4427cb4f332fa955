// How one image file becomes an example: it is decoded, and a view of it is resampled. Runs in the batch worker; tests
// call it directly.
import { type ChannelScale, resample } from 'rpg-core/prepare-image';
import type { ExampleMaker, ExampleShapes } from 'training-kit/data';
import { DataError } from 'training-kit/errors';
import { type DecodedImage, readPhoto } from 'training-kit/images';
import type { Normalization } from 'training-kit/labelled-images';
import { fileAt, type FileList } from './file-list.js';
import { drawView, type EvaluationView, evaluationView, viewedBy } from './views.js';

/** What examples are made from: plain data, paths shared instead of copied. */
export interface FileJob {
  readonly files: FileList;
  /** Side of the square the network gets. */
  readonly imageSize: number;
  readonly normalization: Normalization;
  /** Mirror half of the training images. */
  readonly flip: boolean;
  /** What evaluation shows; that of ImageNet recipes when left out. */
  readonly evaluation?: EvaluationView | undefined;
}

export function fileShapes(imageSize: number): ExampleShapes<'images'> {
  return { images: [imageSize, imageSize, 3] };
}

/** Images a worker has in hand at once: while one is resampled, the next is decoded, by another thread. */
const NUM_IN_HAND = 2;

/** The images of a list as examples. */
export function fileExamples(job: FileJob): ExampleMaker<DecodedImage, 'images'> {
  const { files, imageSize, evaluation = evaluationView(imageSize) } = job;
  const scale = normalizationScale(job.normalization);
  return {
    load: (example) => readable(fileAt(files, example)),
    numAtOnce: NUM_IN_HAND,
    sizeBytesOf: ({ pixels }) => pixels.byteLength,
    drawsName: 'views',
    write(image, _example, draws, { images }) {
      const view = draws === undefined ? viewedBy(image, evaluation) : drawView(image, job, draws);
      resample(image, view, scale, images);
    },
    noneReadable(wanted, numTried) {
      const file = fileAt(files, wanted);
      return new DataError(
        file,
        `Cannot read ${file}, nor any of the images that came next; ${numTried} were tried.\n` +
          `Is ${files.folder} complete and still there?`,
      );
    },
  };
}

/** Example `index` as evaluation shows it: uint8 [imageSize, imageSize, 3]. @throws DataError */
export async function evalBytes(
  files: FileList,
  index: number,
  { imageSize, evaluation = evaluationView(imageSize) }: Pick<FileJob, 'imageSize' | 'evaluation'>,
): Promise<Uint8Array> {
  const image = await readPhoto(fileAt(files, index));
  const shown = new Float32Array(3 * imageSize ** 2);
  resample(image, viewedBy(image, evaluation), { gain: [1, 1, 1], offset: [0, 0, 0] }, shown);
  return Uint8Array.from(shown, Math.round);
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

/** (byte / 255 − mean) / std as gain and offset. */
function normalizationScale({ mean, std }: Normalization): ChannelScale {
  const [r, g, b] = std;
  return { gain: [1 / (255 * r), 1 / (255 * g), 1 / (255 * b)], offset: [-mean[0] / r, -mean[1] / g, -mean[2] / b] };
}
