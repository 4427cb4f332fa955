// How one person becomes an example: the image is read or painted, a view of it is cut out, the heat maps are drawn. Runs
// in the batch worker; tests call it directly.
import { join } from 'node:path';
import type { ExampleMaker, ExampleShapes } from 'training-kit/data';
import { DataError, reasonOf } from 'training-kit/errors';
import { type DecodedImage, decodeImage } from 'training-kit/images';
import { brokenImageError } from '../annotations/check-records.js';
import { numJoints } from '../joints.js';
import { renderImage } from '../rendered.js';
import type { Split } from '../split.js';
import { type Augmentation, type DrawnView, drawView } from '../views/augment.js';
import { boxRules, cropBoxOf, cropToImage, imageToCrop, plainView } from '../views/crop.js';
import type { CropSettings } from '../views/crop-settings.js';
import { writeTargets } from '../views/targets.js';
import { writeCrop } from '../views/warp.js';

/** What examples are made from: plain data. */
export interface PersonJob {
  readonly split: Split;
  readonly crop: CropSettings;
  /** Of training; an evaluation looks at the box as it is. */
  readonly augmentation: Augmentation;
}

export type PersonArray = 'images' | 'targets' | 'weights';

/** The crop, its heat maps, and 1 for each joint whose map counts, else 0; see `EvalBatch`. */
export function personShapes({ inputSize, mapSize }: CropSettings): ExampleShapes<PersonArray> {
  return {
    images: [inputSize, inputSize, 3],
    targets: [mapSize, mapSize, numJoints],
    weights: [numJoints],
  };
}

const uncoloured: DrawnView = { ...plainView, colorFactors: [1, 1, 1] };

/** The people of a split as examples. */
export function personExamples({ split, crop, augmentation }: PersonJob): ExampleMaker<DecodedImage, PersonArray> {
  return {
    load: createImageLoader(split, crop),
    sizeBytesOf: ({ pixels }) => pixels.byteLength,
    drawsName: 'augment',
    write(image, example, draws, { images, targets, weights }) {
      const person = split.people[example]!;
      const view = draws === undefined ? uncoloured : drawView(augmentation, draws);
      const box = cropBoxOf(person, boxRules[crop.boxRule]);
      const toImage = cropToImage(box, crop.inputSize, view);
      writeCrop(image, toImage, crop.inputSize, view.colorFactors, crop.normalization, images);
      writeTargets(person, imageToCrop(box, crop.mapSize, view), view.isFlipped, crop, targets, weights);
    },
    noneReadable: (wanted, numTried) => noneReadable(split, wanted, numTried),
  };
}

/** Undefined for an image that does not decode, where the run goes on without it. */
function createImageLoader(
  { people, images }: Split,
  crop: CropSettings,
): ExampleMaker<DecodedImage, PersonArray>['load'] {
  if (images.kind === 'rendered') {
    return (example) => renderImage(images.figures?.[example] ?? example, images.sizePx, images.rngPath);
  }
  return async (example) => {
    const person = people[example]!;
    const { sizePx } = cropBoxOf(person, boxRules[crop.boxRule]);
    try {
      return await decodeImage(join(images.folder, person.image), { minDensity: crop.inputSize / sizePx });
    } catch (cause) {
      if (images.onBadImage === 'skip') return undefined;
      throw brokenImageError(person, reasonOf(cause), cause);
    }
  };
}

function noneReadable({ people, images }: Split, wanted: number, numTried: number): Error {
  if (images.kind === 'rendered') return new Error('A rendered figure cannot be unreadable.');
  const { folder } = images;
  const file = join(folder, people[wanted]!.image);
  return new DataError(
    file,
    `Cannot read ${file}, nor any of the images that came next; ${numTried} were tried.\n` +
      `Is ${folder} complete and still there?`,
  );
}
