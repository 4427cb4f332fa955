// Models that several tests save, load and spoil.
import * as tf from '@tensorflow/tfjs-core';
import type { Slot, SlotRole, WeightSource, WeightSourceConfig } from '../src/index.js';
import { createRng, createWeightSource, SlotCollector } from '../src/index.js';
import { dense } from '../src/layers/dense.js';

/** One of each role, two stages of two equal backbone slots. */
export function smallSlots(): readonly Slot[] {
  const collector = new SlotCollector();
  const declare = (name: string, shape: number[], role: SlotRole): void => {
    collector.declare({ name, shape, role, initializer: { kind: 'normal', standardDeviation: 0.1 * name.length } });
  };
  declare('stem', [5], 'stem');
  for (const stage of [1, 2]) {
    declare(`stage${stage}/one`, [stage, 2, 3], 'backbone');
    declare(`stage${stage}/two`, [stage, 2, 3], 'backbone');
  }
  collector.declare({ name: 'bias', shape: [2], role: 'bias', initializer: { kind: 'uniform', limit: 0.5 } });
  collector.declare({ name: 'head', shape: [3, 2], role: 'head', initializer: { kind: 'constant', value: 1 } });
  declare('gamma', [4], 'norm');
  declare('mean', [4], 'statistics');
  return collector.slots;
}

/** All ways in which a source can get its weights. */
export const configs: Readonly<Record<string, WeightSourceConfig>> = {
  independent: { kind: 'independent' },
  'one ring': { kind: 'ring', ringSize: 0.5 },
  'local rings': { kind: 'ring', ringSize: 20, ringOf: (slot) => slot.name.split('/')[0]! },
  'uneven without signs': { kind: 'ring', ringSize: 7, sampling: 'uneven', reflect: false },
  sequential: { kind: 'ring', ringSize: 11, sampling: 'sequential' },
  shared: { kind: 'shared', keyOf: (slot) => slot.name.split('/')[0]! },
};

/** A source of `smallSlots`, configured as `configs` names it. */
export function smallSource(name = 'one ring'): WeightSource {
  return createWeightSource(smallSlots(), configs[name]!, createRng('a/weights'));
}

/** Stands for a key made by createKey. */
export const KEY = '3f8a1c5e9b2d7f604a8e1b3c5d7f9a20';

/** float32 values of all slots, generated or not, one after the other. */
export function valuesOf(source: WeightSource): Float32Array {
  const weights = source.generate();
  const values = source.slots.flatMap((slot) => [...weights.get(slot).dataSync()]);
  weights.dispose();
  return Float32Array.from(values);
}

const NUM_CLASSES = 8;
const NUM_FEATURES = 10;

/** A classifier of two ring-fed layers. */
export interface Classifier {
  readonly slots: readonly Slot[];
  readonly logits: (source: WeightSource, x: tf.Tensor2D) => tf.Tensor2D;
}

export function smallClassifier(): Classifier {
  const collector = new SlotCollector();
  const role = 'backbone';
  const first = dense(collector, { name: 'first', inFeatures: NUM_FEATURES, outFeatures: 48, role });
  const second = dense(collector, { name: 'second', inFeatures: 48, outFeatures: NUM_CLASSES, role });
  return {
    slots: collector.slots,
    logits: (source, x) =>
      tf.tidy(() => {
        const context = { weights: source.generate(), isTraining: false };
        return second(tf.relu(first(x, context)), context);
      }),
  };
}

/** Points around one centre a class; every class equally often. */
export function points(numPoints: number, seed: string): { x: tf.Tensor2D; labels: Int32Array } {
  const centres = createRng('centres');
  const middle = Array.from({ length: NUM_CLASSES }, () =>
    Array.from({ length: NUM_FEATURES }, () => 2 * centres.normal()),
  );
  const rng = createRng(seed);
  const labels = Int32Array.from({ length: numPoints }, (_, i) => i % NUM_CLASSES);
  const rows = [...labels].map((label) => middle[label]!.map((centre) => centre + rng.normal()));
  return { x: tf.tensor2d(rows), labels };
}

export function trainedClassifier(classifier: Classifier, seed: string): WeightSource {
  const source = createWeightSource(classifier.slots, { kind: 'ring', ringSize: 0.5 }, createRng(seed));
  const { x, labels } = points(256, 'train');
  const targets = tf.oneHot(tf.tensor1d(labels, 'int32'), NUM_CLASSES);
  const optimizer = tf.train.adam(0.03);
  for (let step = 0; step < 60; step++) {
    optimizer.minimize(() => tf.losses.softmaxCrossEntropy(targets, classifier.logits(source, x)), false, [
      ...source.trainables.values(),
    ]);
  }
  tf.dispose([x, targets]);
  return source;
}

/** Share of right answers on points that were not trained on. */
export function accuracyOf(logits: (x: tf.Tensor2D) => tf.Tensor2D): number {
  const { x, labels } = points(400, 'test');
  const predicted = tf.tidy(() => tf.argMax(logits(x), 1).dataSync());
  x.dispose();
  return labels.reduce((right, label, i) => right + (predicted[i] === label ? 1 : 0), 0) / labels.length;
}
