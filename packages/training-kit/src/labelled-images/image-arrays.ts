// Labelled images in memory, kept as bytes; the memory is shared, so that worker threads read it without a copy.
import type { ImageShape } from './split.js';

export interface ImageArrays {
  /** uint8 [numExamples, height, width, 3], on a SharedArrayBuffer */
  readonly images: Uint8Array<SharedArrayBuffer>;
  /** int32 [numExamples], class ids from 0, on a SharedArrayBuffer */
  readonly labels: Int32Array<SharedArrayBuffer>;
  readonly numExamples: number;
  /** [height, width, 3] of every image */
  readonly imageShape: ImageShape;
}

/** `numExamples` black images of class 0, to be filled by their maker. */
export function allocateImages(numExamples: number, imageShape: ImageShape): ImageArrays {
  return {
    images: new Uint8Array(new SharedArrayBuffer(numExamples * imageSizeBytes(imageShape))),
    labels: new Int32Array(new SharedArrayBuffer(numExamples * Int32Array.BYTES_PER_ELEMENT)),
    numExamples,
    imageShape,
  };
}

/** Bytes of one image. */
export function imageSizeBytes([height, width, numChannels]: ImageShape): number {
  return height * width * numChannels;
}

/** The bytes of example `index`, without a copy. */
export function imageAt({ images, imageShape }: Pick<ImageArrays, 'images' | 'imageShape'>, index: number): Uint8Array {
  const size = imageSizeBytes(imageShape);
  return images.subarray(index * size, (index + 1) * size);
}

/** The examples at `indices`, in that order, in memory of their own. */
export function selectImages(arrays: ImageArrays, indices: ArrayLike<number>): ImageArrays {
  const selected = allocateImages(indices.length, arrays.imageShape);
  for (let i = 0; i < indices.length; i++) {
    const from = indices[i]!;
    imageAt(selected, i).set(imageAt(arrays, from));
    selected.labels[i] = arrays.labels[from]!;
  }
  return selected;
}
