// This project's side of the comparison: the jobs as functions that do them once.
import * as tf from '@tensorflow/tfjs-core';
import { countParameters, Generator, precisionInUse, type WeightSource } from 'rpg-core';
import { IndexTables } from 'rpg-core/ops';
import type { Classifier } from 'rpg-core/resnet';
import { freeze } from 'tensorflow-runtime';
import { sgd, softmaxCrossEntropy, trainStep } from 'training-kit';
import { buildNetwork, firstWeights, makeBatch } from './job-data.js';
import { sgdSettings, type Workload } from './workload.js';

/** A job that is ready to be done. */
export interface Job {
  /** Trained numbers; 0 without a network. */
  readonly numParameters: number;
  /** Does it once and returns the figure to compare; see `DoneReply.value`. */
  readonly doOnce: () => number;
}

/** Prepares a job on the current backend. What it made lives as long as the process. */
export function prepareJob(workload: Workload): Job {
  const model = buildNetwork(workload);
  const source = firstWeights(model, workload);
  switch (workload.task) {
    case 'step':
      return trainingStep(model, source, workload);
    case 'inference':
      return inference(model, source, workload);
    case 'generate':
    case 'gradient':
      return generation(source, workload.task);
    default:
      throw new RangeError(`Unknown task ${String(workload.task satisfies never)}.`);
  }
}

function trainingStep(model: Classifier, source: WeightSource, workload: Workload): Job {
  requirePrecision(workload);
  const { images, labels } = makeBatch(workload);
  const { trainables } = source;
  const { learningRate, ...settings } = sgdSettings;
  const optimizer = sgd(trainables, settings);
  const loss = () => ({
    loss: tf.mean<tf.Scalar>(
      softmaxCrossEntropy(model.apply(source.generate(model.precision), images, { isTraining: true }), labels),
    ),
  });
  return {
    numParameters: countParameters(source).total,
    doOnce: () => trainStep({ trainables, optimizer, loss, learningRate }).loss,
  };
}

function requirePrecision({ precision }: Workload): void {
  if (precisionInUse(precision) !== precision) {
    throw new Error(`The backend has no ${precision}, so that float32 would be timed under its name.`);
  }
}

/** The network is frozen first, as PyTorch's is compiled with frozen weights. Value: the mean of |logits|. */
function inference(model: Classifier, source: WeightSource, workload: Workload): Job {
  requirePrecision(workload);
  const { images } = makeBatch(workload);
  const weights = source.generate();
  const { precision } = workload;
  const forward = (x: tf.Tensor): tf.Tensor[] => [model.apply(weights, x as tf.Tensor4D, { isTraining: false })];
  const network = freeze(forward, images, { precision });
  weights.dispose();
  return {
    numParameters: countParameters(source).total,
    doOnce: () => {
      const [logits] = network.run(images) as [tf.Tensor];
      const values = logits.dataSync<'float32'>();
      logits.dispose();
      return values.reduce((sum, value) => sum + Math.abs(value), 0) / values.length;
    },
  };
}

/** Value: the sum of the generated weights, for the gradient of that very sum its product with the ring: equal. */
function generation(source: WeightSource, task: 'generate' | 'gradient'): Job {
  const plan = source.plans.get('ring')!;
  const ring = source.trainables.get('ring')! as tf.Tensor as tf.Tensor1D;
  const generator = new Generator(plan);
  const make = (): tf.Tensor[] =>
    task === 'generate' ? generator.generate(ring) : gradientOfSum(source, gradients, tables);
  const gradients = task === 'gradient' ? plan.slots.map(({ slot }) => tf.ones([...slot.shape])) : [];
  const tables = new IndexTables(plan);
  const value = tf.tidy(() => {
    const made = make();
    const sum = task === 'generate' ? tf.addN(made.map((kernel) => tf.sum(kernel))) : tf.dot(made[0]!, ring);
    return sum.dataSync()[0]!;
  });
  return {
    numParameters: 0,
    doOnce: () => {
      tf.dispose(make());
      return value;
    },
  };
}

/** The op behind `Generator`'s gradient, alone: through `tf.grads` the forward pass would be timed with it. */
function gradientOfSum(source: WeightSource, gradients: readonly tf.Tensor[], tables: IndexTables): tf.Tensor[] {
  const plan = source.plans.get('ring')!;
  const inputs = Object.fromEntries(gradients.map((gradient, i) => [`dy${i}`, gradient]));
  // tfjs types attributes as plain JSON; its registry passes objects on as they are.
  const attributes = { plan, tables, precision: 'float32' } as unknown as tf.NamedAttrMap;
  return tf.engine().runKernel<tf.Tensor[]>('RpgGenerateGrad', inputs, attributes);
}
