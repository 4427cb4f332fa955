// One photograph through a trained network: depths and normals of its centred square, and a picture of them.
import type { DecodedImage } from 'training-kit/images';
import type { Pixels } from 'training-kit/report';
import { normalBytes } from '../data/frames/encode-png.js';
import { DEPTH_STEPS_PER_METER, maxEncodedDepth } from '../data/frames/encoding.js';
import type { Surfaces } from '../data/frames/frame.js';
import { toFrame } from '../data/frames/read-frame.js';
import { toRgbBytes } from '../data/views/normalization.js';
import { plainView } from '../data/views/view.js';
import { writeView } from '../data/views/write-view.js';
import { predictBatch } from '../evaluate.js';
import type { PredictedPixels } from '../metrics/metrics.js';
import { type ColourRange, knownRange, rangeColours, tile } from '../report/surface-colours.js';
import type { TrainedModel } from '../trained-model.js';

/**
 * What a network says of a photograph, at the network's resolution. A normal is 0 where the network gives no direction,
 * as at pixels that its last ReLU has cut off.
 */
export interface PhotoPrediction extends PredictedPixels {
  /** Height and width, pixels. */
  readonly size: number;
  /** What the network saw: uint8 [size, size, 3]. */
  readonly image: Uint8Array;
  /** Depths that the files cannot hold, and that were moved to the nearest which they can. */
  readonly numHeld: number;
}

/**
 * Predicts depths and normals of the photograph's centred square, as evaluation does with frames of a dataset.
 *
 * @param photo upright, at its full size
 * @returns depths within what `depthPng` can write
 * @throws RangeError for a network whose predictions are not finite
 */
export function predictPhoto(
  { model, source, normalization }: Pick<TrainedModel, 'model' | 'source' | 'normalization'>,
  photo: DecodedImage,
): PhotoPrediction {
  const size = model.inputSize;
  const { pixels, width, height } = photo;
  const use = { inputSize: size, zoom: { min: 1, max: 1 }, maxDepth: Infinity };
  const frame = toFrame(pixels, width, height, nothingKnown, use);
  const array = (channels: number) => new Float32Array(size * size * channels);
  const truth = { depths: array(1), depthMask: array(1), normals: array(3), normalsMask: array(1) };
  const image = array(3);
  writeView(frame, plainView, size, normalization, { image, ...truth });
  const weights = source.generate();
  try {
    const { depths, normals } = predictBatch(model, weights, { images: image, numExamples: 1, inputSize: size });
    checkFinite(depths);
    checkFinite(normals);
    const held = depths.map((depth) => Math.min(maxEncodedDepth, Math.max(1 / DEPTH_STEPS_PER_METER, depth)));
    return {
      size,
      image: toRgbBytes(image, normalization),
      depths: held,
      normals,
      numHeld: depths.filter((depth, i) => depth !== held[i]).length,
    };
  } finally {
    weights.dispose();
  }
}

/** Edges of the part that the network looks at: left, top, right, bottom, pixels of the photograph. */
export function centredSquare({ fullWidth, fullHeight }: DecodedImage): [number, number, number, number] {
  const side = Math.min(fullWidth, fullHeight);
  const [left, top] = [(fullWidth - side) / 2, (fullHeight - side) / 2];
  return [left, top, left + side, top + side];
}

/** The overview's least side of a picture, pixels. */
const LEAST_SIZE = 256;

/** Photograph, depths and normals beside each other, with what the ends of the depths' colours stand for. */
export function overviewOf({ image, depths, normals, size }: PhotoPrediction): { pixels: Pixels; range: ColourRange } {
  const range = knownRange(depths)!;
  return { pixels: tile([[image, rangeColours(depths, range), normalBytes(normals)]], size, LEAST_SIZE), range };
}

/** A photograph comes without truth. */
const nothingKnown: Surfaces = {
  depthAt: () => 0,
  normalAt: (_, out) => {
    out.fill(0);
    return false;
  },
  sizeBytes: 0,
};

function checkFinite(values: Float32Array): void {
  const wrong = values.find((value) => !Number.isFinite(value));
  if (wrong === undefined) return;
  throw new RangeError(
    `The network predicts ${wrong}, expected finite depths and normals: it has diverged. Take an earlier checkpoint.`,
  );
}
