// Every frame of a split looked at before it is used: bad ones are found at the start, not in the last hour.
import { DataError } from 'training-kit/errors';
import { type FrameName, framePath } from './frame-files.js';
import { inHand } from './in-hand.js';
import { inspectPng } from './png-file.js';
import { checkSize } from './read-frame.js';

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
  for await (const [name, fault] of inHand(names, 16, (one) => faultOf(folder, one, isWhole))) {
    if (fault === undefined) sound.push(name);
    else onBad(fault);
  }
  return sound;
}

/** @returns undefined for a sound frame */
async function faultOf(folder: string, name: FrameName, isWhole: boolean): Promise<DataError | undefined> {
  try {
    const rgb = await inspectPng(framePath(folder, name, 'rgb'), 'images', isWhole);
    const depth = await inspectPng(framePath(folder, name, 'depth'), 'depths', isWhole);
    const normal = await inspectPng(framePath(folder, name, 'normal'), 'normals', isWhole);
    checkSize(folder, name, 'depth', depth, rgb);
    checkSize(folder, name, 'normal', normal, rgb);
    return undefined;
  } catch (error) {
    if (error instanceof DataError) return error;
    throw error;
  }
}
