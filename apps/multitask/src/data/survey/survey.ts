// What a look at some frames of a split says of the whole: is anything known, in which unit, in which axes?
import { DataError } from 'training-kit/errors';
import { decodeDepth, decodeNormal, type FrameEncoding } from '../frames/encoding.js';
import { framePath } from '../frames/frame-files.js';
import { inspectPng } from '../frames/png-file.js';
import { type FrameMaps, readMaps } from '../frames/read-frame.js';
import { castRoom } from '../rendered.js';
import type { Split } from '../split.js';
import { collectNormals, type SeenNormal } from './normal-checks.js';

/** Of pixels evenly spread over the centred squares of the frames looked at. */
export interface Survey {
  readonly numFrames: number;
  readonly numPixels: number;
  /** Metres, of the known depths; NaN when there is none. */
  readonly medianDepth: number;
  readonly numKnownDepths: number;
  /** Depths that the files have beyond `maxDepth`, and the nearest of them, metres. */
  readonly numBeyond: number;
  readonly nearestBeyond: number;
  readonly numKnownNormals: number;
  /** Pixels whose colour is no direction, black and white among them; those of the set's own sign for none apart. */
  readonly numSpoiledNormals: number;
  /** Some of the known normals; none for rendered rooms, whose axes are certain. */
  readonly normals: readonly SeenNormal[];
}

/** Frames looked at, unless nothing is known in them: then up to so many more. */
const NUM_LOOKED = 16;
const MOST_LOOKED = 100;
/** Pixels looked at along a side of a frame's centred square, at most. */
const PIXELS_ACROSS = 128;

/**
 * Looks at evenly chosen frames; where nothing is known in these, at more.
 *
 * @param onBad hears of a frame that cannot be read, which is then passed over; it throws where such frames end a run
 * @throws whatever `onBad` throws
 */
export async function surveySplit(split: Split, onBad: (error: DataError) => void): Promise<Survey> {
  const tally = new Tally(split.maxDepth);
  for (const [rank, example] of placesOf(split.numExamples).entries()) {
    if (rank >= NUM_LOOKED && tally.isKnown) break;
    try {
      await lookAt(split, example, tally);
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      onBad(error);
    }
  }
  return tally.survey();
}

/** Evenly spread ones first, then others. */
function placesOf(numExamples: number): readonly number[] {
  const spread = (count: number) => Array.from({ length: count }, (_, i) => Math.floor((i * numExamples) / count));
  return [
    ...new Set([...spread(Math.min(NUM_LOOKED, numExamples)), ...spread(Math.min(MOST_LOOKED, numExamples))]),
  ].slice(0, MOST_LOOKED);
}

async function lookAt({ frames }: Split, example: number, tally: Tally): Promise<void> {
  if (frames.kind === 'files') {
    const name = frames.names[example]!;
    const size = await inspectPng(framePath(frames.folder, name, 'rgb'), 'images', false);
    const maps = await readMaps(frames.folder, name, { width: size.width, height: size.height });
    tally.addFile(maps, frames.encoding);
  } else {
    // A room's depths do not depend on the size it is cast at.
    const sizePx = Math.min(frames.sizePx, PIXELS_ACROSS / 2);
    const { depths, normals } = castRoom(frames.rooms?.[example] ?? example, sizePx, frames.rngPath);
    tally.addRoom(depths, normals);
  }
}

class Tally {
  readonly #maxDepth: number;
  readonly #depths: number[] = [];
  readonly #normals: SeenNormal[] = [];
  #numFrames = 0;
  #numPixels = 0;
  #numBeyond = 0;
  #nearestBeyond = Infinity;
  #numKnownNormals = 0;
  #numSpoiled = 0;

  constructor(maxDepth: number) {
    this.#maxDepth = maxDepth;
  }

  get isKnown(): boolean {
    return this.#depths.length > 0 && this.#numKnownNormals > 0;
  }

  addFile(maps: FrameMaps, encoding: FrameEncoding): void {
    const normal = new Float64Array(3);
    this.#numFrames++;
    for (const pixel of squarePixels(maps)) {
      this.#addDepth(decodeDepth(maps.depths[pixel]!, encoding));
      const kind = decodeNormal(maps.normals, 3 * pixel, encoding, normal, 0);
      if (kind === 'known') this.#numKnownNormals++;
      if (kind === 'no direction') this.#numSpoiled++;
    }
    this.#normals.push(...collectNormals(maps, encoding));
  }

  addRoom(depths: Float32Array, normals: Float32Array): void {
    this.#numFrames++;
    for (const [pixel, depth] of depths.entries()) {
      this.#addDepth(depth);
      if (normals[3 * pixel] !== 0 || normals[3 * pixel + 1] !== 0 || normals[3 * pixel + 2] !== 0) {
        this.#numKnownNormals++;
      }
    }
  }

  survey(): Survey {
    const sorted = Float64Array.from(this.#depths).sort();
    return {
      numFrames: this.#numFrames,
      numPixels: this.#numPixels,
      medianDepth: sorted[sorted.length >> 1] ?? Number.NaN,
      numKnownDepths: sorted.length,
      numBeyond: this.#numBeyond,
      nearestBeyond: this.#nearestBeyond,
      numKnownNormals: this.#numKnownNormals,
      numSpoiledNormals: this.#numSpoiled,
      normals: this.#normals,
    };
  }

  #addDepth(depth: number): void {
    this.#numPixels++;
    if (depth > this.#maxDepth) {
      this.#numBeyond++;
      this.#nearestBeyond = Math.min(this.#nearestBeyond, depth);
    } else if (depth > 0) this.#depths.push(depth);
  }
}

/** Pixels of the centred square, which is what an evaluation sees, evenly spread. */
function* squarePixels({ width, height }: { width: number; height: number }): Generator<number> {
  const side = Math.min(width, height);
  const step = Math.ceil(side / PIXELS_ACROSS);
  const [left, top] = [(width - side) >> 1, (height - side) >> 1];
  for (let row = top; row < top + side; row += step) {
    for (let column = left; column < left + side; column += step) yield row * width + column;
  }
}
