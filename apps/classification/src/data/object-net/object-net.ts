// ObjectNet as it is unpacked (images/<class>/*.png, mappings/*): the images of the classes that ImageNet has, too.
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { createLeftOutImages, type LeftOutImage } from 'training-kit/data';
import { DataError } from 'training-kit/errors';
import { imagenetNormalization, type Split } from 'training-kit/labelled-images';
import { packFiles } from '../folder/file-list.js';
import { fileSplit } from '../folder/file-split.js';
import { isFolder, listImages } from '../folder/list-images.js';
import { type ClassMapping, readClassMapping } from './class-mapping.js';

export interface ObjectNet extends ClassMapping {
  /** Labels are places in `classes`. */
  readonly images: Split;
  /** Images that could not be read so far; grows while batches are made. */
  readonly leftOut: readonly LeftOutImage[];
}

/** Published images have a red rim, which the official loader cuts off two pixels wide. */
const BORDER_PX = 2;

const EXPECTED =
  'Expected images/<class>/*.png and mappings/*.json, as ObjectNet is unpacked: --object-net DIR/objectnet-1.0.';

/**
 * Lists the images without opening one. They are shown as the official transform does: without the rim, the shorter side
 * resized to `imageSize` (not to 256/224 of it, as ImageNet's are), of that the centre.
 *
 * @param note shows a line: classes of which no image is there, images that cannot be read
 * @throws DataError when the folder has not this layout, or no image of a common class
 */
export async function openObjectNet(
  folder: string,
  options: {
    readonly imageSize: number;
    /** Threads that decode; null for as many as there are cores. */
    readonly numWorkers: number | null;
    readonly note: (line: string) => void;
  },
): Promise<ObjectNet> {
  const { imageSize, note } = options;
  for (const part of ['images', 'mappings']) {
    if (await isFolder(join(folder, part), `the folder of ObjectNet's ${part}`)) continue;
    throw new DataError(folder, `Cannot read ObjectNet in ${folder}: there is no folder ${part}.\n${EXPECTED}`);
  }
  const mapping = await readClassMapping(join(folder, 'mappings'));
  const listing = await listImages(join(folder, 'images'));
  const folders = mapping.classes.map((common) => listing.classes.get(common.folder.normalize('NFC')));
  const missing = mapping.classes.filter((_, i) => (folders[i]?.images.length ?? 0) === 0);
  if (missing.length === mapping.classes.length) {
    throw new DataError(
      folder,
      `There is no image of a class of ImageNet in ${join(folder, 'images')}, such as ${missing[0]!.folder}/*.png.\n${EXPECTED}`,
    );
  }
  if (missing.length > 0) {
    const names = missing.slice(0, 10).map((common) => common.folder);
    const more = missing.length > names.length ? ` and ${missing.length - names.length} more` : '';
    note(
      `No image of ${missing.length} of the ${mapping.classes.length} common classes: ${names.join(', ')}${more}. ` +
        'Scores on a part of ObjectNet are not comparable.',
    );
  }
  const files = packFiles(
    listing.folder,
    mapping.classes.map((common, i) => folders[i]?.folder ?? common.folder),
    folders.map((found) => found?.images ?? []),
  );
  const leftOut = createLeftOutImages(note);
  const images = fileSplit(files, {
    imageSize,
    normalization: imagenetNormalization,
    flip: false,
    evaluation: { borderPx: BORDER_PX, preparation: { shorterSide: imageSize, size: imageSize } },
    numWorkers: options.numWorkers ?? availableParallelism(),
    leftOut,
  });
  return { ...mapping, images, leftOut: leftOut.list };
}
