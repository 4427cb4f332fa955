// A look at a split before it is used: how many images its classes have, and whether they can be read. A class of which
// nothing can be read (pointers of Git LFS, web pages, a folder half copied) would silently be no part of the result.
import { groupedDigits, type LeftOutImages } from 'training-kit/data';
import { DataError, reasonOf } from 'training-kit/errors';
import { imageSize, readPhoto } from 'training-kit/images';
import { countClasses } from 'training-kit/labelled-images';
import { fileAt, type FileList } from './file-list.js';

export interface SurveyOptions {
  readonly classNames: readonly string[];
  /** Takes down images that cannot be read. */
  readonly leftOut: LeftOutImages;
  /** What must be readable: an image of each class that has any, or one at all. */
  readonly needs: 'each class' | 'one image';
}

/** Up to so many images all heads are read; of larger splits, those of each class up to the first sound one. */
const MAX_HEADS = 10_000;
const NUM_AT_A_TIME = 4;

/**
 * @param name of the split, for the line
 * @returns one line: images and classes, and how many cannot be read
 * @throws DataError for classes, or a split, of which no image can be read
 */
export async function surveyImages(name: string, files: FileList, options: SurveyOptions): Promise<string> {
  const { classNames, leftOut, needs } = options;
  const isBad = new Uint8Array(files.numFiles);
  const look = async (index: number, read: (file: string) => Promise<unknown>): Promise<boolean> => {
    const file = fileAt(files, index);
    try {
      await read(file);
      return true;
    } catch (cause) {
      isBad[index] = 1;
      await leftOut.add(file, () =>
        Promise.resolve(cause instanceof DataError ? cause.message : `Cannot read ${file}: ${reasonOf(cause)}.`),
      );
      return false;
    }
  };
  const ofClasses = classNames.map((): number[] => []);
  for (const [index, label] of files.labels.entries()) ofClasses[label]!.push(index);
  if (files.numFiles <= MAX_HEADS) await forEach(files.labels.keys(), (index) => look(index, imageSize));
  const isReadable = classNames.map(() => false);
  await forEach(ofClasses.keys(), async (label) => {
    for (const index of ofClasses[label]!) {
      if (isBad[index] === 1 || !(await look(index, readPhoto))) continue;
      isReadable[label] = true;
      return;
    }
  });
  const dead = classNames.flatMap((_, label) => (ofClasses[label]!.length > 0 && !isReadable[label] ? [label] : []));
  const isRefused = dead.length > 0 && (needs === 'each class' || !isReadable.includes(true));
  if (isRefused) throw unreadableClasses(name, files, dead.map((label) => ({ name: classNames[label]!, ofClass: ofClasses[label]! })), leftOut); // prettier-ignore
  return describe(name, files, classNames, isBad);
}

function unreadableClasses(
  name: string,
  files: FileList,
  dead: readonly { readonly name: string; readonly ofClass: readonly number[] }[],
  { list }: LeftOutImages,
): DataError {
  const most = 10;
  const lines = dead.slice(0, most).map(({ name: className, ofClass }) => {
    const first = fileAt(files, ofClass[0]!);
    const reason = list.find(({ file }) => file === first)?.reason ?? first;
    return `  ${className}, ${count(ofClass.length, 'image')}: ${reason}`;
  });
  const more = dead.length > most ? `\n  and ${dead.length - most} more classes` : '';
  return new DataError(
    files.folder,
    `No image can be read of ${dead.length === 1 ? 'a class' : 'some classes'} of ${name}, in ${files.folder}:\n` +
      `${lines.join('\n')}${more}\nReplace the files, or remove the class from train and val.`,
  );
}

function describe(name: string, files: FileList, classNames: readonly string[], isBad: Uint8Array): string {
  const counts = countClasses(files.labels, classNames.length);
  const badLabels = files.labels.filter((_, index) => isBad[index] === 1);
  const bad = countClasses(badLabels, classNames.length);
  const start = `${name}: ${count(files.numFiles, 'image')} in ${count(counts.filter((n) => n > 0).length, 'class')}`;
  const words = (label: number): string =>
    `${classNames[label]!} ${groupedDigits(counts[label]!)}${bad[label] === 0 ? '' : ` (${bad[label]!} cannot be read)`}`;
  if (classNames.length <= 10) return `${start}: ${classNames.map((_, label) => words(label)).join(', ')}.`;
  const order = Array.from(counts.keys()).sort((a, b) => counts[a]! - counts[b]!);
  const unread = badLabels.length === 0 ? '' : `; ${badLabels.length} cannot be read`;
  const [least, most] = [order[0]!, order.at(-1)!];
  if (counts[least] === counts[most]) return `${start}, ${groupedDigits(counts[least]!)} each${unread}.`;
  return `${start}, from ${words(least)} to ${words(most)}${unread}.`;
}

function count(number: number, what: string): string {
  const plural = what.endsWith('s') ? `${what}es` : `${what}s`;
  return `${groupedDigits(number)} ${number === 1 ? what : plural}`;
}

/** At most `numAtATime` at a time. */
async function forEach(indices: Iterator<number>, body: (index: number) => Promise<unknown>): Promise<void> {
  const work = async (): Promise<void> => {
    for (let next = indices.next(); next.done !== true; next = indices.next()) await body(next.value);
  };
  await Promise.all(Array.from({ length: NUM_AT_A_TIME }, work));
}
