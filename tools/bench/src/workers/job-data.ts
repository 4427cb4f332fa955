// The numbers that a job starts from: the same for all who do it. Weights, index array and data follow from one seed;
// the file hands them to PyTorch, and the plan alone to the C++ loop.
import { writeFile } from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs-core';
import { createRng, createWeightSource, type SafetensorsTensor, type WeightSource } from 'rpg-core';
import { safetensorsPieces } from 'rpg-core/pieces';
import { type Classifier, resnet } from 'rpg-core/resnet';
import { NUM_CLASSES, SEED, type Workload } from './workload.js';

/** ResNet18 with the 3×3 stem. */
export function buildNetwork({ width, precision }: Pick<Workload, 'width' | 'precision'>): Classifier {
  return resnet({ depth: 18, width, numClasses: NUM_CLASSES, stem: 'cifar', precision });
}

/** The network's numbers at their start; the caller disposes the source. */
export function firstWeights(
  model: Classifier,
  { network, ringSize }: Pick<Workload, 'network' | 'ringSize'>,
): WeightSource {
  const config = network === 'ring' ? ({ kind: 'ring', ringSize } as const) : ({ kind: 'independent' } as const);
  return createWeightSource(model.slots, config, createRng(SEED).fork('weights'));
}

/** Made-up images, standard normal as normalised ones are, and labels in turn. The caller disposes both. */
export function makeBatch({ batchSize, imageSize }: Pick<Workload, 'batchSize' | 'imageSize'>): {
  images: tf.Tensor4D;
  labels: tf.Tensor1D;
} {
  const rng = createRng(SEED).fork('images');
  const pixels = new Float32Array(batchSize * imageSize * imageSize * 3).map(() => rng.normal());
  const labels = Int32Array.from({ length: batchSize }, (_, i) => i % NUM_CLASSES);
  return {
    images: tf.tensor4d(pixels, [batchSize, imageSize, imageSize, 3]),
    labels: tf.tensor1d(labels, 'int32'), // prettier-ignore
  };
}

/**
 * Writes `file` in the safetensors format: each slot's first values by its name, kernels [height, width, in, out];
 * `ring` [N], `indices` int32 [M] with the sign in the top bit, `scales` [slots]; `images` [batch, height, width, 3],
 * `labels` int32 [batch]. The metadata's `generated` lists the generated slots' names in order.
 *
 * And `file`.plan for a reader without JSON: int32 N, M, L; int32 sizes [L], float32 scales [L], int32 indices [M],
 * float32 ring [N], all little-endian.
 */
export async function writeJobData(file: string, workload: Workload): Promise<void> {
  const model = buildNetwork(workload);
  const plain = firstWeights(model, { ...workload, network: 'plain' });
  const ring = firstWeights(model, { ...workload, network: 'ring' });
  const batch = makeBatch(workload);
  const tensors = new Map<string, SafetensorsTensor>();
  const add = (name: string, tensor: tf.Tensor): void => {
    const { shape } = tensor;
    const data = tensor.dataSync();
    if (data instanceof Int32Array) tensors.set(name, { dtype: 'I32', shape, data });
    else tensors.set(name, { dtype: 'F32', shape, data: Float32Array.from(data) });
  };
  for (const [name, variable] of plain.trainables) add(name, variable);
  for (const [name, variable] of ring.trainables) if (!plain.trainables.has(name)) add(name, variable);
  add('images', batch.images);
  add('labels', batch.labels);
  const plan = ring.plans.get('ring')!;
  const scales = Float32Array.from(plan.slots, ({ scale }) => scale);
  tensors.set('indices', { dtype: 'I32', shape: [plan.numGenerated], data: plan.signedIndices });
  tensors.set('scales', { dtype: 'F32', shape: [scales.length], data: scales });
  const metadata = { generated: JSON.stringify(plan.slots.map(({ slot }) => slot.name)) };
  await writeFile(file, safetensorsPieces(tensors, metadata));

  const values = ring.trainables.get('ring')!.dataSync<'float32'>();
  const header = Int32Array.of(plan.ringSize, plan.numGenerated, plan.slots.length);
  const sizes = Int32Array.from(plan.slots, ({ slot }) => slot.size);
  const parts = [header, sizes, scales, plan.signedIndices, values];
  await writeFile(
    `${file}.plan`,
    parts.map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength)),
  );
  tf.dispose([batch.images, batch.labels]);
  plain.dispose();
  ring.dispose();
}
