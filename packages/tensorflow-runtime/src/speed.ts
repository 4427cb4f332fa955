// Measures what the current backend reaches on the two operations that training spends its time in.
import * as tf from '@tensorflow/tfjs-core';

export interface Speed {
  /** Product of two square matrices of this many rows. */
  readonly matmulSize: number;
  readonly matmulGflops: number;
  /** 3×3 convolution of this batch of 32×32 images, 64 channels in and out. */
  readonly convBatch: number;
  readonly convGflops: number;
}

const REPEATS = 8;
const IMAGE_SIZE = 32;
const NUM_CHANNELS = 64;

/** Takes about a second on TensorFlow and WebAssembly; plain JavaScript gets smaller work to take no longer. */
export async function measureSpeed(): Promise<Speed> {
  const isPlain = tf.getBackend() === 'cpu';
  const matmulSize = isPlain ? 256 : 1024;
  const convBatch = isPlain ? 1 : 32;
  return {
    matmulSize,
    matmulGflops: await measureMatmul(matmulSize),
    convBatch,
    convGflops: await measureConv(convBatch),
  };
}

async function measureMatmul(size: number): Promise<number> {
  const a = tf.randomUniform([size, size]);
  const best = await bestTimeMs(() => tf.matMul(a, a));
  a.dispose();
  return gflops(2 * size ** 3, best);
}

async function measureConv(batch: number): Promise<number> {
  const x = tf.randomUniform<tf.Rank.R4>([batch, IMAGE_SIZE, IMAGE_SIZE, NUM_CHANNELS]);
  const kernel = tf.randomUniform<tf.Rank.R4>([3, 3, NUM_CHANNELS, NUM_CHANNELS]);
  const best = await bestTimeMs(() => tf.conv2d(x, kernel, 1, 'same'));
  tf.dispose([x, kernel]);
  return gflops(2 * batch * IMAGE_SIZE ** 2 * NUM_CHANNELS ** 2 * 9, best);
}

/** The best of several runs: the others were disturbed. Reading one number back makes the work happen. */
async function bestTimeMs(operation: () => tf.Tensor): Promise<number> {
  let best = Infinity;
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const start = performance.now();
    const result = operation();
    const corner = tf.slice(result, new Array<number>(result.rank).fill(0), new Array<number>(result.rank).fill(1));
    await corner.data();
    best = Math.min(best, performance.now() - start);
    tf.dispose([result, corner]);
  }
  return best;
}

function gflops(operations: number, timeMs: number): number {
  return operations / timeMs / 1e6;
}
