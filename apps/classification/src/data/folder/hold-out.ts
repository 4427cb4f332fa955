// Which images of train are held out as val. By name, not by place: a file that is added or removed later moves no other
// one, so that no image that a run judged itself by is trained on.
import { createHash } from 'node:crypto';
import { createRng } from 'rpg-core';
import type { TrainedData } from 'training-kit';
import { drawHeldOut, takeEvenly } from 'training-kit/labelled-images';
import { type FileList, namesOf, selectFiles } from './file-list.js';

export interface HoldOutOptions {
  readonly numHeldOut: number;
  readonly numClasses: number;
  readonly seed: number;
  /** What the network was trained on so far: what it was judged by stays held out. */
  readonly trainedData: TrainedData;
}

/**
 * Parts `train` in two. A network that was trained before keeps its held-out images, those that are still there, as its
 * run's list names them; those of older versions, which have no list, keep their rule (by place). Otherwise the images
 * with the least hashes of seed, class and name are drawn, equally many of each class (where that does not divide, some
 * classes give one more).
 *
 * @throws ConfigError when there are too few images, in all or of a class
 */
export async function holdOutFiles(
  train: FileList,
  options: HoldOutOptions,
): Promise<{ rest: FileList; heldOut: FileList }> {
  const isHeldOut = await choose(train, options);
  const indices = Array.from(isHeldOut.keys());
  return {
    rest: selectFiles(train, indices.filter((index) => isHeldOut[index] === 0)), // prettier-ignore
    heldOut: selectFiles(train, indices.filter((index) => isHeldOut[index] === 1)), // prettier-ignore
  };
}

async function choose(train: FileList, options: HoldOutOptions): Promise<Uint8Array> {
  const { numHeldOut, numClasses, seed, trainedData } = options;
  if (trainedData.kind === 'unknown') {
    const rng = createRng(seed).fork('data').fork('val');
    return drawHeldOut(train.labels, { numHeldOut, numClasses, rng });
  }
  const names = () => Array.from(namesOf(train), (name) => name.normalize('NFC'));
  const before = trainedData.kind === 'known' ? await trainedData.namesOf('val') : undefined;
  if (before !== undefined) {
    const kept = new Set(before);
    return Uint8Array.from(names(), (name) => (kept.has(name) ? 1 : 0));
  }
  return takeEvenly(
    train.labels,
    { numHeldOut, numClasses },
    {
      examples: () => inOrderOf(names().map((name) => hashOf(seed, name))),
      classes: () => inOrderOf(Array.from({ length: numClasses }, (_, label) => hashOf(seed, String(label)))),
    },
  );
}

/** The places of `hashes`, the least one first. */
function inOrderOf(hashes: readonly string[]): number[] {
  return Array.from(hashes.keys()).sort((a, b) => (hashes[a]! < hashes[b]! ? -1 : 1));
}

function hashOf(seed: number, name: string): string {
  return createHash('sha256').update(`${seed}/${name}`).digest('hex').slice(0, 16);
}
