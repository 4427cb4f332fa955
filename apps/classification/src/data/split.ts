// One split of a dataset in memory, and the class-balanced draw that holds a validation split out of train.
import type { Rng } from 'rpg-core';
import { ConfigError } from 'training-kit';

/** Labelled images, kept as bytes; the memory is shared, so that worker threads read it without a copy. */
export interface Split {
  /** uint8 [numExamples, height, width, 3], on a SharedArrayBuffer */
  readonly images: Uint8Array<SharedArrayBuffer>;
  /** int32 [numExamples], class ids from 0, on a SharedArrayBuffer */
  readonly labels: Int32Array<SharedArrayBuffer>;
  readonly numExamples: number;
  /** [height, width, 3] of every image */
  readonly imageShape: ImageShape;
}

export type ImageShape = readonly [height: number, width: number, numChannels: 3];

/** A split of `numExamples` black images of class 0, to be filled by its maker. */
export function allocateSplit(numExamples: number, imageShape: ImageShape): Split {
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
export function imageAt({ images, imageShape }: Pick<Split, 'images' | 'imageShape'>, index: number): Uint8Array {
  const size = imageSizeBytes(imageShape);
  return images.subarray(index * size, (index + 1) * size);
}

/** How many examples each class has: one count per class id. */
export function countClasses(labels: Int32Array, numClasses: number): number[] {
  const counts = new Array<number>(numClasses).fill(0);
  for (const label of labels) counts[label]!++;
  return counts;
}

/** The examples at `indices`, in that order, in memory of their own. */
export function selectExamples(split: Split, indices: ArrayLike<number>): Split {
  const selected = allocateSplit(indices.length, split.imageShape);
  for (let i = 0; i < indices.length; i++) {
    const from = indices[i]!;
    imageAt(selected, i).set(imageAt(split, from));
    selected.labels[i] = split.labels[from]!;
  }
  return selected;
}

/**
 * Parts `split` in two: `heldOut` gets `numHeldOut` examples, drawn without replacement, equally many of each class
 * (where that does not divide, some classes, drawn too, give one more); `rest` keeps the others. Both stay in order.
 *
 * @throws ConfigError when there are too few examples, in all or of a class
 */
export function holdOut(
  split: Split,
  { numHeldOut, numClasses, rng }: { numHeldOut: number; numClasses: number; rng: Rng },
): { rest: Split; heldOut: Split } {
  if (!Number.isInteger(numHeldOut) || numHeldOut < 0 || numHeldOut >= Math.max(1, split.numExamples)) {
    throw new ConfigError(
      'valExamples',
      `valExamples is ${numHeldOut}, expected an integer from 0 to ${Math.max(0, split.numExamples - 1)}: ` +
        `they are held out of the ${split.numExamples} training examples.`,
    );
  }
  if (numHeldOut === 0) return { rest: split, heldOut: allocateSplit(0, split.imageShape) };

  const order = shuffledIndices(split.numExamples, rng.fork('examples'));
  const wanted = new Array<number>(numClasses).fill(Math.floor(numHeldOut / numClasses));
  const extra = shuffledIndices(numClasses, rng.fork('classes')).subarray(0, numHeldOut % numClasses);
  for (const label of extra) wanted[label]!++;

  const isHeldOut = new Uint8Array(split.numExamples);
  for (const index of order) {
    const label = split.labels[index]!;
    const open = wanted[label]!;
    if (open === 0) continue;
    wanted[label] = open - 1;
    isHeldOut[index] = 1;
  }
  const short = wanted.findIndex((count) => count > 0);
  if (short !== -1) {
    throw new ConfigError(
      'valExamples',
      `valExamples is ${numHeldOut}, but class ${short} has ${wanted[short]!} examples too few for its even share. ` +
        `Lower valExamples.`,
    );
  }
  const indices = Array.from(isHeldOut.keys());
  return {
    rest: selectExamples(
      split,
      indices.filter((index) => isHeldOut[index] === 0),
    ),
    heldOut: selectExamples(
      split,
      indices.filter((index) => isHeldOut[index] === 1),
    ),
  };
}

/** 0 … count − 1 in random order (Fisher–Yates, every order equally likely). */
export function shuffledIndices(count: number, rng: Rng): Uint32Array {
  const indices = new Uint32Array(count);
  for (let i = 0; i < count; i++) indices[i] = i;
  for (let last = count - 1; last > 0; last--) {
    const other = rng.below(last + 1);
    const moved = indices[last]!;
    indices[last] = indices[other]!;
    indices[other] = moved;
  }
  return indices;
}
