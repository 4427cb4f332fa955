// The set that needs no download: articulated figures with exact joints, drawn from a seed. Joints are drawn at start;
// pixels are painted where batches are made, about a thousand images of 128 pixels a second on one core.
import { createRng, type Rng } from 'rpg-core/rng';
import type { DecodedImage } from 'training-kit/images';
import { headSizeOf, type PersonRecord, type PersonSplit } from './annotations/person-record.js';
import { drawFigureScene } from './figure/figure-scene.js';
import type { Split } from './split.js';
import type { Normalization } from './views/normalization.js';

/** Channel statistics of 1000 training images of 96 pixels, seed 0. */
export const renderedNormalization: Normalization = { mean: [0.511, 0.503, 0.505], std: [0.191, 0.189, 0.192] };

const renderedSizes = { min: 64, max: 128 } as const;

/**
 * Draws `numExamples` figures.
 *
 * @param rng names the set: figure i comes from the fork i, whatever `numExamples` is
 * @throws RangeError unless `sizePx` is an integer from 64 to 128
 */
export function renderSplit(numExamples: number, sizePx: number, split: PersonSplit, rng: Rng): Split {
  if (!Number.isInteger(sizePx) || sizePx < renderedSizes.min || sizePx > renderedSizes.max) {
    throw new RangeError(`sizePx is ${sizePx}, expected an integer from ${renderedSizes.min} to ${renderedSizes.max}.`);
  }
  return {
    people: Array.from({ length: numExamples }, (_, i) => renderRecord(i, sizePx, split, rng)),
    numExamples,
    images: { kind: 'rendered', sizePx, rngPath: rng.path },
    skipped: [],
  };
}

/** The pixels of figure `index` of the set named by `rngPath`. */
export function renderImage(index: number, sizePx: number, rngPath: string): DecodedImage {
  const pixels = new Uint8Array(3 * sizePx * sizePx);
  drawFigureScene(sizePx, createRng(rngPath).fork(index)).paint(pixels);
  return { pixels, width: sizePx, height: sizePx, fullWidth: sizePx, fullHeight: sizePx };
}

function renderRecord(index: number, sizePx: number, split: PersonSplit, rng: Rng): PersonRecord {
  const { joints, states, headBox, center, heightPx } = drawFigureScene(sizePx, rng.fork(index));
  return {
    image: `${split}-${index}`,
    center,
    scale: heightPx / 200,
    joints,
    states,
    headSize: headSizeOf(headBox),
    headBox,
    declaredSize: null,
    split,
    origin: { file: 'rendered', record: `figure ${index}` },
  };
}
