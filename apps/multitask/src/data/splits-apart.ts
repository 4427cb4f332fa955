// No two splits may show the same: neither one folder under two names, nor one camera position, nor copies of a frame.
import { createHash } from 'node:crypto';
import { readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError, DataError } from 'training-kit/errors';
import { decodeDepth, filesEncoding } from './frames/encoding.js';
import { cameraOf, type FrameName, framePath, isDrawnCamera } from './frames/frame-files.js';
import { inHand } from './frames/in-hand.js';
import { readGrey16Png } from './frames/png-file.js';

/** Frames by the name of their split: 'train', 'val' and 'test'. */
export type NamedSplits = Readonly<Record<string, readonly FrameName[]>>;

/** @throws ConfigError when two of the areas are one folder, by a link for instance; DataError for a link to nowhere */
export async function checkFoldersApart(folder: string, areas: readonly string[]): Promise<void> {
  const known = new Map<string, string>();
  for (const area of areas) {
    const within = join(folder, area);
    const place = await realpath(within).catch((cause: unknown) => {
      const said = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
      throw new DataError(
        within,
        `Cannot read ${within}: it is a link that leads nowhere (${said}). Is the disk that it leads to there?`,
        { cause },
      );
    });
    const other = known.get(place);
    if (other !== undefined && other !== area) {
      throw new ConfigError(
        'trainAreas',
        `${other} and ${area} in ${folder} are one folder, ${place}: its frames would be used twice. Name one of them.`,
      );
    }
    known.set(place, area);
  }
}

/**
 * @param note hears of copies: frames of val or test whose three files are byte for byte those of a frame in another split
 * @throws DataError when two splits have frames of one camera position
 */
export async function checkSplitsApart(
  folder: string,
  splits: NamedSplits,
  note: (line: string) => void,
): Promise<void> {
  checkCamerasApart(folder, splits);
  const copies = await findCopies(folder, splits);
  for (const split of ['val', 'test']) {
    const ofSplit = copies.filter(({ copy }) => copy.split === split);
    const [first] = ofSplit;
    if (first === undefined) continue;
    const fileOf = ({ frame }: Placed) => framePath(folder, frame, 'rgb');
    note(
      `${split}: ${ofSplit.length} of ${splits[split]!.length} frames are copies of frames of ${first.original.split}, the ` +
        `first ${fileOf(first.copy)} of ${fileOf(first.original)}. What is trained on says nothing as a test; remove one ` +
        'of each.',
    );
  }
}

interface Placed {
  readonly split: string;
  readonly frame: FrameName;
}

function checkCamerasApart(folder: string, splits: NamedSplits): void {
  const firstOf = new Map<string, Placed>();
  for (const placed of placedIn(splits)) {
    const camera = cameraOf(placed.frame);
    if (camera === undefined || !isDrawnCamera(camera)) continue;
    const first = firstOf.get(camera);
    if (first === undefined) firstOf.set(camera, placed);
    else if (first.split !== placed.split) throw seenTwice(folder, first, placed);
  }
}

interface Copy {
  readonly original: Placed;
  readonly copy: Placed;
}

/** By sizes first: of most files there is none of the same size in another split. */
async function findCopies(folder: string, splits: NamedSplits): Promise<readonly Copy[]> {
  if (Object.values(splits).filter((frames) => frames.length > 0).length < 2) return [];
  const copies: Copy[] = [];
  const bySize = await grouped([...placedIn(splits)], 16, async ({ frame }) => {
    const { size } = await stat(framePath(folder, frame, 'rgb'));
    return String(size);
  });
  for (const sameSize of bySize) {
    for (const sameImage of await grouped(sameSize, 1, ({ frame }) => digestOf(framePath(folder, frame, 'rgb')))) {
      const sameMaps = await grouped(sameImage, 1, async ({ frame }) => {
        const digests = [digestOf(framePath(folder, frame, 'depth')), digestOf(framePath(folder, frame, 'normal'))];
        return (await Promise.all(digests)).join();
      });
      for (const group of sameMaps) {
        const [original] = group as readonly [Placed, ...Placed[]];
        // Views of nothing, black and without depth, are alike everywhere.
        if (!(await showsSomething(folder, original.frame))) continue;
        copies.push(...group.filter(({ split }) => split !== original.split).map((copy) => ({ original, copy })));
      }
    }
  }
  return copies;
}

/** Groups by key, those alone that lie in two splits or more. @param numInHand frames looked at together */
async function grouped(
  all: readonly Placed[],
  numInHand: number,
  keyOf: (placed: Placed) => Promise<string>,
): Promise<readonly (readonly Placed[])[]> {
  const groups = new Map<string, Placed[]>();
  for await (const [placed, key] of inHand(all, numInHand, keyOf)) {
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [placed]);
    else group.push(placed);
  }
  return [...groups.values()].filter((group) => group.some(({ split }) => split !== group[0]!.split));
}

async function digestOf(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}

async function showsSomething(folder: string, frame: FrameName): Promise<boolean> {
  const { values } = await readGrey16Png(framePath(folder, frame, 'depth'));
  return values.some((steps) => decodeDepth(steps, filesEncoding) > 0);
}

function seenTwice(folder: string, first: Placed, other: Placed): DataError {
  const [file, otherFile] = [framePath(folder, first.frame, 'rgb'), framePath(folder, other.frame, 'rgb')];
  return new DataError(
    otherFile,
    `${file} is in ${first.split} and ${otherFile} in ${other.split}, but they were taken from one camera position: what ` +
      'is trained on cannot be tested on.\nRemove the files of one of them, or name other areas.',
  );
}

function* placedIn(splits: NamedSplits): Generator<Placed> {
  for (const [split, frames] of Object.entries(splits)) for (const frame of frames) yield { split, frame };
}
