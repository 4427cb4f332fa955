// Every frame of a split looked at before it is used: bad ones are found at the start, not in the last hour.
import { DataError } from 'training-kit/errors';
import { framePath, modalities, type FrameName } from './frame-files.js';
import { inspectPng, type PngContent } from './png-file.js';
import { checkSize } from './read-frame.js';

const contents = { rgb: 'images', depth: 'depths', normal: 'normals' } as const satisfies Record<string, PngContent>;

/** Frames looked at together: files are waited for, most of the time. */
const numInHand = 16;

/**
 * The frames whose three files are there, of the right kinds and sizes, and have their ends.
 *
 * @param isWhole reads all of each file and compares its checksums
 * @param onBad hears of each other frame, in order, which is then left out; it throws where such frames end a run
 * @throws whatever `onBad` throws
 */
export async function soundFrames(
  folder: string,
  names: readonly FrameName[],
  isWhole: boolean,
  onBad: (error: DataError) => void,
): Promise<readonly FrameName[]> {
  const sound: FrameName[] = [];
  for (let first = 0; first < names.length; first += numInHand) {
    const inHand = names.slice(first, first + numInHand);
    const faults = await Promise.all(inHand.map((name) => faultOf(folder, name, isWhole)));
    for (const [i, fault] of faults.entries()) {
      if (fault === undefined) sound.push(inHand[i]!);
      else onBad(fault);
    }
  }
  return sound;
}

/** @returns undefined for a sound frame */
async function faultOf(folder: string, name: FrameName, isWhole: boolean): Promise<DataError | undefined> {
  try {
    const heads = [];
    for (const modality of modalities) {
      heads.push(await inspectPng(framePath(folder, name, modality), contents[modality], isWhole));
    }
    const [rgb, depth, normal] = heads as [(typeof heads)[0], (typeof heads)[0], (typeof heads)[0]];
    checkSize(folder, name, 'depth', depth, rgb);
    checkSize(folder, name, 'normal', normal, rgb);
    return undefined;
  } catch (error) {
    if (error instanceof DataError) return error;
    throw error;
  }
}
