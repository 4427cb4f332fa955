// Finds the images of an ImageNet-style folder: DIR/train/<class>/… and DIR/val/<class>/…, class ids from the sorted names
// of the class folders.
import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { DataError } from 'training-kit/errors';
import { readClassNames } from './class-names.js';
import { type FileList, packFiles } from './file-list.js';
import { extensions, isFolder, listImages, type Listing, unreadable } from './list-images.js';

export interface ImageFolder {
  /** By label. */
  readonly classNames: readonly string[];
  readonly train: FileList;
  readonly val: FileList;
  /** One line for each thing a person should know of: files that are no images, classes that val lacks. */
  readonly notes: readonly string[];
}

const EXPECTED_LAYOUT =
  'Expected train/<class>/*.jpg and val/<class>/*.jpg (or .jpeg, .png, .webp); pass the folder that holds train and ' +
  'val: --data DIR.';

/**
 * Lists the images below `folder`, in any depth below their class folder, without opening one. Names that begin with a
 * dot are passed over, and folders of other programs. Symbolic links are followed where they stand for a class folder or
 * an image, wherever they lead: subsets of ImageNet are made of such links; inside a class folder, links to folders are
 * not. Class names are the same whether their accents are composed (NFC) or not (NFD).
 *
 * @param folder holds `train` and `val`, or one folder that does
 * @param options.isAsStored sorts classes by their names as the disk has them, as older versions did
 * @throws DataError when these are not there, differ in their classes, have a class that cannot be looked at, or a class
 *   has no training image
 */
export async function readImageFolder(
  folder: string,
  { isAsStored = false }: { readonly isAsStored?: boolean } = {},
): Promise<ImageFolder> {
  const home = await findHome(folder);
  const train = await listImages(join(home, 'train'));
  const val = await listImages(join(home, 'val'));
  await checkClasses(train, val);
  const names = [...train.classes.keys()].sort();
  if (isAsStored) names.sort((a, b) => (train.classes.get(a)!.folder < train.classes.get(b)!.folder ? -1 : 1));
  return {
    classNames: await readClassNames(home, names),
    train: filesOf(train, names),
    val: filesOf(val, names),
    notes: [...notesOf(train), ...notesOf(val)],
  };
}

function filesOf({ folder, classes }: Listing, names: readonly string[]): FileList {
  const ofClasses = names.map((name) => classes.get(name)!);
  return packFiles(
    folder,
    ofClasses.map((ofClass) => ofClass.folder),
    ofClasses.map(({ images }) => images),
  );
}

async function findHome(folder: string): Promise<string> {
  if (!(await isFolder(folder, 'the folder of the data'))) {
    throw new DataError(folder, `Cannot read ${folder}: there is no such folder.\n${EXPECTED_LAYOUT}`);
  }
  const holdsBoth = async (home: string): Promise<boolean> =>
    (await isFolder(join(home, 'train'), 'the folder of the training images')) &&
    (await isFolder(join(home, 'val'), 'the folder of the test images'));
  if (await holdsBoth(folder)) return folder;
  const homes: string[] = [];
  for (const name of await namesIn(folder))
    if (await holdsBoth(join(folder, name)).catch(() => false)) homes.push(join(folder, name));
  if (homes.length === 1) return homes[0]!;
  const found =
    homes.length === 0
      ? 'neither train and val are there, nor a folder that holds both'
      : `${homes.map((home) => relative(folder, home)).join(' and ')} both hold train and val`;
  throw new DataError(folder, `Cannot find images in ${folder}: ${found}.\n${EXPECTED_LAYOUT}`);
}

async function checkClasses(train: Listing, val: Listing): Promise<void> {
  const onlyIn = (one: Listing, other: Listing) => [...one.classes.keys()].filter((name) => !other.classes.has(name));
  const differences = [
    { where: 'train', names: onlyIn(train, val) },
    { where: 'val', names: onlyIn(val, train) },
  ].filter(({ names }) => names.length > 0);
  if (differences.length > 0) {
    const lines = differences.map(({ where, names }) => `Only in ${where}: ${shortened(names)}.`);
    const isFlat = await isFile(join(val.folder, 'val_annotations.txt'));
    throw new DataError(
      val.folder,
      `The class folders of ${train.folder} and ${val.folder} differ.\n${lines.join('\n')}\n` +
        (isFlat
          ? 'This is Tiny ImageNet as published: move each image of val into a folder of its class (val_annotations.txt).'
          : 'Both need the same folders, since class ids are their places in sorted order.'),
    );
  }
  if (train.classes.size < 2) {
    throw new DataError(
      train.folder,
      `${train.folder} holds ${train.classes.size === 0 ? 'no class folder' : 'one class folder'}, expected at least ` +
        `two.\n${EXPECTED_LAYOUT}`,
    );
  }
  const empty = emptyClasses(train);
  if (empty.length > 0) {
    throw new DataError(
      train.folder,
      `Class folders without an image in ${train.folder}: ${shortened(empty)}.\n` +
        `Add images (${extensions.join(', ')}), or remove the folders from train and val.`,
    );
  }
  if (emptyClasses(val).length === val.classes.size) {
    throw new DataError(val.folder, `There is no image in ${val.folder}.\n${EXPECTED_LAYOUT}`);
  }
}

function notesOf(listing: Listing): string[] {
  const { folder, numOthers, ofOtherPrograms, unreadableNames } = listing;
  const empty = emptyClasses(listing);
  const programs = [...ofOtherPrograms].filter(([, count]) => count > 0).map(([name, count]) => `${name} ${count}`);
  return [
    ...(programs.length === 0 ? [] : [`${folder}: left out as files of other programs: ${programs.join(', ')}.`]),
    ...(unreadableNames.length === 0
      ? []
      : [
          `${folder}: ${unreadableNames.length} images are left out, since their names are no UTF-8: ` +
            `${shortened(unreadableNames)}. Rename them.`,
        ]),
    ...(numOthers === 0 ? [] : [`${folder}: ${numOthers} files that are no images by their names are passed over.`]),
    ...(empty.length === 0 ? [] : [`${folder}: no images of ${shortened(empty)}.`]),
  ];
}

function emptyClasses({ classes }: Listing): string[] {
  return [...classes].filter(([, { images }]) => images.length === 0).map(([name]) => name);
}

function shortened(names: readonly string[]): string {
  const most = 10;
  return names.length <= most ? names.join(', ') : `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
}

/** Sorted; those that begin with a dot are left out. */
async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw unreadable(folder, cause);
  });
  return names.filter((name) => !name.startsWith('.')).sort();
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
