// One photograph through a trained network: where the joints are, and pictures of it.
import * as tf from '@tensorflow/tfjs-core';
import { type DecodedImage, thinOut } from 'training-kit/images';
import type { Pixels } from 'training-kit/report';
import { cropOf } from '../data/dataset-views.js';
import { numJoints } from '../data/joints.js';
import { applyAffine, type CropBox, cropToImage } from '../data/views/crop.js';
import { cropConventions } from '../data/views/crop-conventions.js';
import type { CropSettings } from '../data/views/crop-settings.js';
import { type Normalization, unitRange } from '../data/views/normalization.js';
import { writeCrop } from '../data/views/warp.js';
import { type DecodedJoint, decodeHeatMaps, type HeatMaps } from '../metrics/decode.js';
import { drawSkeleton, overlayHeatMap, strongestOf } from '../report/drawing.js';
import type { TrainedModel } from '../trained-model.js';
import { predictHeatMaps, type PredictionOptions } from './predict-heat-maps.js';

/** What a network says of a photograph. */
export interface PhotoPrediction {
  /** 16 joints in pixels of the photograph, 0-based; outside it where the box reaches beyond. */
  readonly joints: readonly DecodedJoint[];
  /** Over the box. */
  readonly heatMaps: HeatMaps;
}

/**
 * Predicts the joints of the person in `box`, as evaluation does with people of a dataset.
 *
 * @param photo at its full size
 * @throws RangeError for a network whose heat maps are not finite
 */
export async function predictPhoto(
  trained: Pick<TrainedModel, 'config' | 'model' | 'source'>,
  photo: DecodedImage,
  box: CropBox,
  options: PredictionOptions,
): Promise<PhotoPrediction> {
  const { model, source } = trained;
  const { inputSize, mapSize, normalization } = cropSettingsOf(trained);
  const crop = await cutOut(photo, box, inputSize, normalization);
  const weights = source.generate();
  const maps = tf.tidy(() => predictHeatMaps(model, weights, tf.tensor4d(crop, [1, inputSize, inputSize, 3]), options));
  const heatMaps = { values: maps.dataSync<'float32'>(), height: mapSize, width: mapSize, numJoints };
  maps.dispose();
  weights.dispose();
  const toPhoto = cropToImage(box, mapSize);
  return { joints: decodeHeatMaps(heatMaps, { toImage: (onMap) => applyAffine(toPhoto, onMap) }), heatMaps };
}

/** The crops that a network was trained on. */
export function cropSettingsOf({ config, model }: Pick<TrainedModel, 'config' | 'model'>): CropSettings {
  return cropOf(config, cropConventions[config.dataset], model);
}

/**
 * The photograph with the skeleton over it.
 *
 * @param minScore joints below it are not drawn, nor are their bones
 */
export function skeletonOver(photo: DecodedImage, joints: readonly DecodedJoint[], minScore: number): Pixels {
  const { pixels, width, height } = photo;
  // The decoder gives a Buffer, whose slice() is no copy: drawing on it would draw on the photograph.
  const data = new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.length);
  const drawn = joints.map((joint) => (joint.score >= minScore ? joint : undefined));
  return drawSkeleton({ data, width, height, channels: 3 }, drawn);
}

/** Sides of the picture below, in pixels. */
const pictureSizes = { min: 256, max: 1024 } as const;

/** All heat maps in one picture, over the part of the photograph that the network saw: yellow is 1, dark blue 0. */
export async function heatMapsOver(photo: DecodedImage, box: CropBox, { values, ...size }: HeatMaps): Promise<Pixels> {
  const side = Math.min(pictureSizes.max, Math.max(pictureSizes.min, Math.round(box.sizePx)));
  const view = Uint8Array.from(await cutOut(photo, box, side, unitRange), (value) => Math.round(255 * value));
  return overlayHeatMap({ data: view, width: side, height: side, channels: 3 }, strongestOf(values, size));
}

/** float32 [resolution, resolution, 3], normalised; black before that where the box reaches beyond the photograph. */
async function cutOut(
  photo: DecodedImage,
  box: CropBox,
  resolution: number,
  normalization: Normalization,
): Promise<Float32Array> {
  const thinned = await thinOut(photo, resolution / box.sizePx);
  const pixels = new Float32Array(resolution * resolution * 3);
  writeCrop(thinned, cropToImage(box, resolution), resolution, [1, 1, 1], normalization, pixels);
  return pixels;
}
