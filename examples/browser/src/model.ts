// The network of this page: fetched by its folder's manifest, checked, generated once.
import * as tf from '@tensorflow/tfjs-core';
import { unpackModel, type Weights } from 'rpg-core';
import {
  type ImageNormalization,
  type ImagePreparation,
  normalizeImage,
  parsePreparation,
} from 'rpg-core/prepare-image';
import { type Classifier, resnet, type ResNetOptions } from 'rpg-core/resnet';

/** A network that is ready to answer. */
export interface PageModel {
  readonly network: Classifier;
  /** Generated once and kept: the page only ever predicts. */
  readonly weights: Weights;
  readonly classNames: readonly string[];
  readonly normalization: ImageNormalization;
  readonly preparation: ImagePreparation;
  /** False for an export of an older version, which does not tell: then it is a guess, the middle square. */
  readonly isPreparationKnown: boolean;
  readonly downloadBytes: number;
  /** The same network with all its weights as float32. */
  readonly plainBytes: number;
}

const exportFiles = ['manifest.json', 'weights.safetensors'] as const;

/**
 * Fetches `manifest.json` and `weights.safetensors` below `folder` and makes the network that they describe.
 *
 * @throws Error when a file cannot be fetched or is not what `classification:export` writes
 */
export async function loadModel(folder: string): Promise<PageModel> {
  const files = new Map(
    await Promise.all(exportFiles.map(async (name) => [name, await fetchBytes(`${folder}/${name}`)] as const)),
  );
  const { source, metadata } = await unpackModel(files);
  const network = resnet(JSON.parse(metadata.network ?? '{}') as ResNetOptions);
  const [side] = JSON.parse(metadata.imageShape ?? '[32]') as [number];
  const preparation = parsePreparation(metadata.preparation);
  const perFloat = 4;
  const plain = network.slots.reduce((sum, slot) => sum + slot.size, 0);
  return {
    network,
    weights: source.generate(),
    classNames: JSON.parse(metadata.classNames ?? '[]') as string[],
    normalization: JSON.parse(metadata.normalization ?? '{}') as PageModel['normalization'],
    preparation: preparation ?? { shorterSide: side, size: side },
    isPreparationKnown: preparation !== undefined,
    downloadBytes: [...files.values()].reduce((sum, bytes) => sum + bytes.length, 0),
    plainBytes: plain * perFloat,
  };
}

/** The classes of an image, most probable first. @param prepared float32 [size, size, 3], 0 to 255, as `prepare` gives it */
export async function classify(
  model: PageModel,
  prepared: Float32Array,
): Promise<{ name: string; probability: number }[]> {
  const { network, weights, normalization, preparation } = model;
  const probabilities = tf.tidy(() => {
    const { size } = preparation;
    const image = tf.tensor4d(normalizeImage(prepared, normalization), [1, size, size, 3]);
    return tf.softmax(network.apply(weights, image, { isTraining: false }));
  });
  const values = await probabilities.data();
  probabilities.dispose();
  return model.classNames
    .map((name, i) => ({ name, probability: values[i]! }))
    .toSorted((a, b) => b.probability - a.probability);
}

async function fetchBytes(url: string): Promise<Uint8Array> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`Cannot fetch ${url}: ${response.status} ${response.statusText}.`);
  return new Uint8Array(await response.arrayBuffer());
}
