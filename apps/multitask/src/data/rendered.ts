// The set that needs no download: rooms with furniture, cast from a seed with exact depths and normals. Frames are cast
// where batches are made, and kept there; a frame of 64 pixels takes about 6 ms of one core.
import { createRng, type Rng } from 'rpg-core/rng';
import { ConfigError } from 'training-kit/errors';
import { exactSurfaces, type Frame } from './frames/frame.js';
import { type FrameUse, toFrame } from './frames/read-frame.js';
import { type CastFrame, castFrame } from './room/cast.js';
import { drawScene } from './room/scene.js';
import { loseSurfaces } from './room/sensor.js';
import type { Split } from './split.js';
import type { Normalization } from './views/normalization.js';

/** Channel statistics of 1000 training frames of 64 pixels, seed 0. */
export const renderedNormalization: Normalization = { mean: [0.412, 0.414, 0.416], std: [0.159, 0.158, 0.161] };

const renderedSizes = { min: 16, max: 512 } as const;

/**
 * A split of `numExamples` frames; nothing is cast yet.
 *
 * @param sizePx height and width of a frame
 * @param maxDepth metres; what is further away counts as missing
 * @param rng names the set: frame i comes from the fork i, whatever `numExamples` is
 * @throws ConfigError unless `sizePx` is an integer from 16 to 512
 */
export function renderSplit(numExamples: number, sizePx: number, maxDepth: number, rng: Rng): Split {
  const { min, max } = renderedSizes;
  if (!Number.isInteger(sizePx) || sizePx < min || sizePx > max) {
    throw new ConfigError('renderedSizePx', `renderedSizePx is ${sizePx}, expected an integer from ${min} to ${max}.`);
  }
  return { numExamples, frames: { kind: 'rendered', sizePx, rngPath: rng.path }, maxDepth };
}

/** Frame `index` of the set named by `rngPath`. */
export function castRoom(index: number, sizePx: number, rngPath: string): CastFrame {
  const rng = createRng(rngPath).fork(index);
  const cast = castFrame(drawScene(rng.fork('scene')), sizePx, rng.fork('noise'));
  loseSurfaces(cast, sizePx, rng.fork('sensor'));
  return cast;
}

/** The same, ready for views. */
export function renderFrame(index: number, sizePx: number, rngPath: string, use: FrameUse): Frame {
  const { pixels, depths, normals } = castRoom(index, sizePx, rngPath);
  return toFrame(pixels, sizePx, sizePx, exactSurfaces(depths, normals, use.maxDepth), use);
}
