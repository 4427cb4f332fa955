// Which part of an image the network is shown: random resized crop for training, resize and centre crop for evaluation.
import type { Rng } from 'rpg-core';
import { centreView, type ImagePreparation, type ImageSize, type ImageView } from 'rpg-core/prepare-image';

/** A rectangle of whole pixels. */
export interface Crop extends ImageSize {
  readonly left: number;
  readonly top: number;
}

/** Share of the image's area, and width : height, of a training crop: the values the ImageNet recipes have in common. */
const areaShare = { min: 0.08, max: 1 };
const aspect = { min: 3 / 4, max: 4 / 3 };
const NUM_TRIES = 10;

/**
 * A random part of an image: area uniform in 8–100 % of it, the logarithm of width : height uniform between those of 3/4
 * and 4/3, place uniform. After ten draws that do not fit, the largest centred part of an allowed shape. As torchvision
 * documents `RandomResizedCrop`.
 */
export function drawCrop({ width, height }: ImageSize, rng: Pick<Rng, 'uniform' | 'below'>): Crop {
  for (let tries = 0; tries < NUM_TRIES; tries++) {
    const area = width * height * between(areaShare.min, areaShare.max, rng.uniform());
    const ratio = Math.exp(between(Math.log(aspect.min), Math.log(aspect.max), rng.uniform()));
    const crop = { width: Math.round(Math.sqrt(area * ratio)), height: Math.round(Math.sqrt(area / ratio)) };
    if (crop.width < 1 || crop.height < 1 || crop.width > width || crop.height > height) continue;
    return { ...crop, top: rng.below(height - crop.height + 1), left: rng.below(width - crop.width + 1) };
  }
  const crop = {
    width: Math.min(width, Math.round(height * aspect.max)),
    height: Math.min(height, Math.round(width / aspect.min)),
  };
  return { ...crop, top: Math.floor((height - crop.height) / 2), left: Math.floor((width - crop.width) / 2) };
}

function between(min: number, max: number, share: number): number {
  return min + (max - min) * share;
}

/** A drawn crop as `imageSize` × `imageSize` pixels, mirrored in half of the cases where `flip` is on. */
export function drawView(
  size: ImageSize,
  { imageSize, flip }: { imageSize: number; flip: boolean },
  rng: Rng,
): ImageView {
  const { left, top, width, height } = drawCrop(size, rng);
  return {
    columns: { start: left, length: width, resized: imageSize, first: 0, count: imageSize },
    rows: { start: top, length: height, resized: imageSize, first: 0, count: imageSize },
    isFlipped: flip && rng.below(2) === 1,
  };
}

/** The shorter side is resized to this share of the crop before it: 256 for a crop of 224. */
const RESIZED_SHARE = 256 / 224;

/** How images are shown in evaluation: the shorter side resized to `round(imageSize · 256 / 224)`; of that the centre. */
export function evaluationPreparation(imageSize: number): ImagePreparation {
  return { shorterSide: Math.round(imageSize * RESIZED_SHARE), size: imageSize };
}

/** What evaluation shows of an image: its rim cut off, then resized, then the centre. */
export interface EvaluationView {
  /** Pixels that are no part of the picture, on each side; of an image that has no more, its middle is kept. */
  readonly borderPx: number;
  readonly preparation: ImagePreparation;
}

export function evaluationView(imageSize: number): EvaluationView {
  return { borderPx: 0, preparation: evaluationPreparation(imageSize) };
}

export function viewedBy({ width, height }: ImageSize, { borderPx, preparation }: EvaluationView): ImageView {
  const border = Math.min(borderPx, Math.floor((Math.min(width, height) - 1) / 2));
  const view = centreView({ width: width - 2 * border, height: height - 2 * border }, preparation);
  return { ...view, columns: { ...view.columns, start: border }, rows: { ...view.rows, start: border } };
}
