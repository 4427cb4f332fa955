// Images that are in two splits under two names: a network is then judged by what it has learnt by heart.
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { groupedDigits } from 'training-kit/data';
import { fileAt, type FileList } from './file-list.js';

/** Above so many images it takes too long: each file must be asked for its size, and many be read. */
const MAX_IMAGES = 50_000;

interface Place {
  readonly split: string;
  readonly file: string;
}

/**
 * Looks for files with the same bytes in two splits. Files are read only where two of different splits have one size.
 *
 * @returns a line for each pair of splits that share images, with their number and one example
 */
export function findSharedImages(splits: readonly (readonly [name: string, files: FileList])[]): string[] {
  const numImages = splits.reduce((sum, [, { numFiles }]) => sum + numFiles, 0);
  if (numImages > MAX_IMAGES) {
    return [`${groupedDigits(numImages)} images: not looked through for images that are in two splits.`];
  }
  const bySize = new Map<string, Place[]>();
  for (const [split, files] of splits) {
    for (let index = 0; index < files.numFiles; index++) {
      const file = fileAt(files, index);
      const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
      if (size > 0) add(bySize, String(size), { split, file });
    }
  }
  const byContent = new Map<string, Place[]>();
  for (const [size, places] of bySize) {
    if (!spansSplits(places)) continue;
    for (const place of places) add(byContent, `${size} ${hashOf(place.file)}`, place);
  }
  const groups = [...byContent.values()].filter(spansSplits);
  const names = splits.map(([name]) => name);
  return names.flatMap((one, i) => names.slice(i + 1).flatMap((other) => lineOf(one, other, groups)));
}

function lineOf(one: string, other: string, groups: readonly (readonly Place[])[]): string[] {
  const pairs = groups.flatMap((places) => {
    const [first] = places.filter(({ split }) => split === one);
    const shared = places.filter(({ split }) => split === other);
    return first === undefined ? [] : shared.map(({ file }) => `${file} is ${first.file}`);
  });
  if (pairs.length === 0) return [];
  const images = pairs.length === 1 ? '1 image is' : `${pairs.length} images are`;
  return [
    `Warning: ${images} in ${other} and in ${one}, byte for byte: ${pairs[0]!}${pairs.length === 1 ? '' : ', …'}. What ` +
      `${other} tells is better than what the network can do; remove them from one of the two.`,
  ];
}

function spansSplits(places: readonly Place[]): boolean {
  return places.some(({ split }) => split !== places[0]!.split);
}

/** Of a file that cannot be read, its name: it is like no other. */
function hashOf(file: string): string {
  try {
    return createHash('sha256').update(readFileSync(file)).digest('hex');
  } catch {
    return file;
  }
}

function add(map: Map<string, Place[]>, key: string, place: Place): void {
  const places = map.get(key);
  if (places === undefined) map.set(key, [place]);
  else places.push(place);
}
