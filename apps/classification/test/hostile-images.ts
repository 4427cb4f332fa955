// Hostile image files, drawn from a seed, and what must hold when one is read: an image within the limits, or a
// DataError of one sentence, and nothing else.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRng, type Rng } from 'rpg-core';
import { centreView, resample } from 'rpg-core/prepare-image';
import { DataError } from 'training-kit/errors';
import { MAX_IMAGE_PIXELS, readPhoto } from 'training-kit/images';
import { drawView, evaluationPreparation } from '../src/data/folder/views.js';
import { picture, shaded } from './image-folder-fixture.js';

/** Sound images of all formats and kinds, to be damaged. */
export async function soundImages(): Promise<Buffer[]> {
  const small = () => picture(24, 17, shaded(1));
  return Promise.all([
    small().jpeg().toBuffer(),
    small().jpeg({ progressive: true }).withMetadata({ orientation: 5 }).toBuffer(),
    small().greyscale().jpeg().toBuffer(),
    small().toColourspace('cmyk').jpeg().toBuffer(),
    small().png().toBuffer(),
    small().png({ palette: true }).toBuffer(),
    small().toColourspace('rgb16').png().toBuffer(),
    small().ensureAlpha(0.5).png({ progressive: true }).toBuffer(),
    small().webp().toBuffer(),
    small().ensureAlpha(0.5).webp({ lossless: true }).toBuffer(),
  ]);
}

/** Random bytes behind a known signature, or a sound image cut, flipped, overwritten, repeated or with another's end. */
export function hostileFile(rng: Rng, sound: readonly Buffer[]): Buffer {
  const base = sound[rng.below(sound.length)]!;
  const place = () => rng.below(base.length);
  const bytes = Buffer.from(base);
  switch (rng.below(7)) {
    case 0:
      return randomBytes(rng, rng.below(600));
    case 1:
      return Buffer.concat([base.subarray(0, 12), randomBytes(rng, rng.below(600))]);
    case 2:
      return bytes.subarray(0, place());
    case 3:
      for (let i = 0; i <= rng.below(20); i++) bytes[place()]! ^= 1 << rng.below(8);
      return bytes;
    case 4: // sizes and lengths stand in the first bytes
      for (let i = 0; i <= rng.below(6); i++) bytes[rng.below(Math.min(64, bytes.length))] = rng.below(256);
      return bytes;
    case 5:
      return Buffer.concat([base.subarray(0, place()), sound[rng.below(sound.length)]!.subarray(rng.below(200))]);
    default:
      bytes.fill([0, 255, 128][rng.below(3)]!, place(), place());
      return bytes;
  }
}

/**
 * Reads case `index` as training and evaluation would.
 *
 * @returns whether it was an image
 * @throws Error when something came out that must not
 */
export async function readHostileFile(folder: string, index: number, sound: readonly Buffer[]): Promise<boolean> {
  const rng = createRng('hostile').fork(index);
  const file = join(folder, `${index % 8}.jpg`);
  await writeFile(file, hostileFile(rng, sound));
  const image = await readPhoto(file).catch((error: unknown) => {
    if (error instanceof DataError && !error.message.includes('\n') && error.message.includes(file)) return undefined;
    throw error;
  });
  if (image === undefined) return false;
  const { pixels, width, height } = image;
  if (pixels.length !== 3 * width * height || width * height > MAX_IMAGE_PIXELS)
    throw new Error(`case ${index}: ${width}×${height}`);
  const out = new Float32Array(3 * 16 * 16);
  for (const view of [
    centreView(image, evaluationPreparation(16)),
    drawView(image, { imageSize: 16, flip: true }, rng),
  ]) {
    resample(image, view, { gain: [1, 1, 1], offset: [0, 0, 0] }, out.fill(NaN));
    if (!out.every((value) => value >= -0.01 && value <= 255.01)) throw new Error(`case ${index}: no bytes came out`);
  }
  return true;
}

function randomBytes(rng: Rng, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => rng.below(256)));
}
