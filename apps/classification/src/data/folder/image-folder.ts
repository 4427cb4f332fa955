// Finds the images of an ImageNet-style folder: DIR/train/<class>/… and DIR/val/<class>/…, class ids from the sorted names
// of the class folders.
import { readdir, stat } from 'node:fs/promises';
import { extname, join, relative } from 'node:path';
import { DataError } from 'training-kit/errors';
import { readClassNames } from './class-names.js';
import { packFiles, type FileList } from './file-list.js';

export interface ImageFolder {
  /** By label. */
  readonly classNames: readonly string[];
  readonly train: FileList;
  readonly val: FileList;
  /** One line for each thing a person should know of: files that are no images, classes that val lacks. */
  readonly notes: readonly string[];
}

const extensions: readonly string[] = ['.jpg', '.jpeg', '.png', '.webp'];

const expectedLayout =
  'Expected train/<class>/*.jpg and val/<class>/*.jpg (or .jpeg, .png, .webp); pass the folder that holds train and ' +
  'val: --data DIR.';

/**
 * Lists the images below `folder`, in any depth below their class folder, without opening one. Names that begin with a
 * dot are passed over. Symbolic links are followed where they stand for a class folder or an image, wherever they lead:
 * subsets of ImageNet are made of such links; inside a class folder, links to folders are not.
 *
 * @param folder holds `train` and `val`, or one folder that does
 * @throws DataError when these are not there, differ in their classes, or a class has no training image
 */
export async function readImageFolder(folder: string): Promise<ImageFolder> {
  const home = await findHome(folder);
  const train = await listImages(join(home, 'train'));
  const val = await listImages(join(home, 'val'));
  await checkClasses(train, val);
  const classFolders = [...train.files.keys()];
  return {
    classNames: await readClassNames(home, classFolders),
    train: packFiles(train.folder, classFolders, [...train.files.values()]),
    val: packFiles(val.folder, classFolders, [...val.files.values()]),
    notes: [...notesOf(train), ...notesOf(val)],
  };
}

/** The images of train or of val. */
interface Listing {
  readonly folder: string;
  /** Sorted paths inside each class folder; the classes are sorted too. */
  readonly files: ReadonlyMap<string, readonly string[]>;
  readonly numOthers: number;
}

async function findHome(folder: string): Promise<string> {
  if (!(await isFolder(folder))) {
    throw new DataError(folder, `Cannot read ${folder}: there is no such folder.\n${expectedLayout}`);
  }
  const holdsBoth = async (home: string): Promise<boolean> =>
    (await isFolder(join(home, 'train'))) && (await isFolder(join(home, 'val')));
  if (await holdsBoth(folder)) return folder;
  const homes: string[] = [];
  for (const name of await namesIn(folder)) if (await holdsBoth(join(folder, name))) homes.push(join(folder, name));
  if (homes.length === 1) return homes[0]!;
  const found =
    homes.length === 0
      ? 'neither train and val are there, nor a folder that holds both'
      : `${homes.map((home) => relative(folder, home)).join(' and ')} both hold train and val`;
  throw new DataError(folder, `Cannot find images in ${folder}: ${found}.\n${expectedLayout}`);
}

async function listImages(folder: string): Promise<Listing> {
  const files = new Map<string, readonly string[]>();
  let numOthers = 0;
  for (const name of await namesIn(folder)) {
    if (!(await isFolder(join(folder, name)))) {
      numOthers++;
      continue;
    }
    const found = await filesBelow(join(folder, name));
    const images = found.filter((path) => extensions.includes(extname(path).toLowerCase()));
    numOthers += found.length - images.length;
    files.set(name, images.sort());
  }
  return { folder, files, numOthers };
}

async function checkClasses(train: Listing, val: Listing): Promise<void> {
  const onlyIn = (one: Listing, other: Listing) => [...one.files.keys()].filter((name) => !other.files.has(name));
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
  if (train.files.size < 2) {
    throw new DataError(
      train.folder,
      `${train.folder} holds ${train.files.size === 0 ? 'no class folder' : 'one class folder'}, expected at least ` +
        `two.\n${expectedLayout}`,
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
  if (emptyClasses(val).length === val.files.size) {
    throw new DataError(val.folder, `There is no image in ${val.folder}.\n${expectedLayout}`);
  }
}

function notesOf(listing: Listing): string[] {
  const { folder, numOthers } = listing;
  const empty = emptyClasses(listing);
  return [
    ...(numOthers === 0 ? [] : [`${folder}: ${numOthers} files that are no images by their names are passed over.`]),
    ...(empty.length === 0 ? [] : [`${folder}: no images of ${shortened(empty)}.`]),
  ];
}

function emptyClasses({ files }: Listing): string[] {
  return [...files].filter(([, images]) => images.length === 0).map(([name]) => name);
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

/** Paths relative to `folder` of all that is no folder; without names that begin with a dot, and what is below them. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
    throw unreadable(folder, cause);
  });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((path) => !path.split(/[/\\]/).some((name) => name.startsWith('.')));
}

function unreadable(folder: string, cause: unknown): DataError {
  return new DataError(folder, `Cannot read ${folder}: ${cause instanceof Error ? cause.message : String(cause)}.`, {
    cause,
  });
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
