// Frames one of whose files is damaged: bytes changed, cut, repeated or exchanged with another file's.
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRng, type Rng } from 'rpg-core/rng';
import { DataError } from 'training-kit/errors';
import { filesEncoding } from '../src/data/frames/encoding.js';
import { type FrameName, framePath, modalities } from '../src/data/frames/frame-files.js';
import { readFrame } from '../src/data/frames/read-frame.js';
import { frameName, plainPixels, writeFrameFiles } from './frame-fixtures.js';
import { withSize } from './png-chunks.js';

/**
 * Damages a frame and reads it.
 *
 * @returns true when it could be read all the same
 * @throws whatever reading throws, unless it is a DataError of one of the frame's files
 */
export async function damagedFrame(folder: string, index: number): Promise<boolean> {
  const sound = frameName('area_sound', 'hall_1', 0);
  const name: FrameName = { ...sound, area: 'area_damaged' };
  if (!existsSync(framePath(folder, sound, 'rgb'))) {
    await writeFrameFiles(folder, sound, noisyPixels());
    await writeFrameFiles(folder, name);
  }
  for (const modality of modalities) {
    copyFileSync(framePath(folder, sound, modality), framePath(folder, name, modality));
  }
  const rng = createRng('damaged frames').fork(index);
  const file = framePath(folder, name, modalities[rng.below(3)]!);
  writeFileSync(file, damaged(readFileSync(file), folder, sound, rng));
  try {
    await readFrame({ folder, encoding: filesEncoding }, name, {
      inputSize: 8,
      zoom: { min: 0.5, max: 2 },
      maxDepth: 10,
    });
    return true;
  } catch (error) {
    if (error instanceof DataError && error.message.includes(error.file) && error.file.includes('area_damaged')) {
      return false;
    }
    throw error;
  }
}

function damaged(bytes: Buffer, folder: string, sound: FrameName, rng: Rng): Buffer {
  switch (rng.below(6)) {
    case 0: // a few bytes anywhere
      for (let i = 1 + rng.below(4); i > 0; i--) bytes[rng.below(bytes.length)] = rng.below(256);
      return bytes;
    case 1: // in the header
      bytes[8 + rng.below(25)] = rng.below(256);
      return bytes;
    case 2:
      return bytes.subarray(0, rng.below(bytes.length));
    case 3: // sound checksum, other size
      return withSize(bytes, 1 + rng.below(1 << (1 + rng.below(20))), 1 + rng.below(1 << (1 + rng.below(20))));
    case 4:
      return readFileSync(framePath(folder, sound, modalities[rng.below(3)]!));
    default: {
      const at = rng.below(bytes.length);
      return Buffer.concat([bytes.subarray(0, at), bytes]);
    }
  }
}

/** Nothing that compresses, so that damage falls on pixels. */
function noisyPixels() {
  const pixels = plainPixels(16, 12);
  const rng = createRng('noisy pixels');
  for (const values of [pixels.rgb, pixels.normal, pixels.depth]) {
    for (let i = 0; i < values.length; i++) values[i] = rng.uint32();
  }
  return pixels;
}
