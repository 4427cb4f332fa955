// The network of this page: fetched by its folder's manifest, checked, generated once.
import { unpackModel, type Weights } from 'rpg-core';
import { resnet, type Classifier, type ResNetOptions } from 'rpg-core/resnet';
import * as tf from '@tensorflow/tfjs-core';

/** A network that is ready to answer. */
export interface PageModel {
  readonly network: Classifier;
  /** Generated once and kept: the page only ever predicts. */
  readonly weights: Weights;
  readonly classNames: readonly string[];
  readonly normalization: { readonly mean: readonly number[]; readonly std: readonly number[] };
  /** [height, width, 3] */
  readonly imageShape: readonly [number, number, number];
  readonly downloadBytes: number;
  /** The same network with all its weights as float32. */
  readonly plainBytes: number;
}

const FILES = ['manifest.json', 'weights.safetensors'] as const;

/**
 * Fetches `manifest.json` and `weights.safetensors` below `folder` and makes the network that they describe.
 *
 * @throws Error when a file cannot be fetched or is not what `classification:export` writes
 */
export async function loadModel(folder: string): Promise<PageModel> {
  const files = new Map(
    await Promise.all(FILES.map(async (name) => [name, await fetchBytes(`${folder}/${name}`)] as const)),
  );
  const { source, metadata } = await unpackModel(files);
  const network = resnet(JSON.parse(metadata.network ?? '{}') as ResNetOptions);
  const perFloat = 4;
  const plain = network.slots.reduce((sum, slot) => sum + slot.size, 0);
  return {
    network,
    weights: source.generate(),
    classNames: JSON.parse(metadata.classNames ?? '[]') as string[],
    normalization: JSON.parse(metadata.normalization ?? '{}') as PageModel['normalization'],
    imageShape: JSON.parse(metadata.imageShape ?? '[]') as PageModel['imageShape'],
    downloadBytes: [...files.values()].reduce((sum, bytes) => sum + bytes.length, 0),
    plainBytes: plain * perFloat,
  };
}

/** The classes of an image, most probable first. @param pixels as the page's canvas shows them */
export async function classify(model: PageModel, pixels: ImageData): Promise<{ name: string; probability: number }[]> {
  const probabilities = tf.tidy(() => {
    const { mean, std } = model.normalization;
    const image = tf.div(tf.cast(tf.browser.fromPixels(pixels), 'float32'), 255);
    const normalized = tf.div(tf.sub(image, [...mean]), [...std]);
    return tf.softmax(model.network.apply(model.weights, tf.expandDims(normalized), { isTraining: false }));
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
