// Runs in the browser under test: what the test asks for, as functions on `window`.
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-webgl';
import * as tf from '@tensorflow/tfjs-core';
import { createRng, drawIndexArrayAsync, Generator, planRing, SlotCollector } from 'rpg-core';

/** What the page offers to the test. */
export interface BackendsPage {
  /** SHA-256 of the generated weights of a small plan, in hexadecimal. */
  weightsHash(backend: string): Promise<string>;
  /** Draws an index array and counts what the page could do meanwhile. */
  drawIndices(ringSize: number, numGenerated: number): Promise<DrawnIndices>;
}

interface DrawnIndices {
  readonly hash: string;
  readonly ms: number;
  /** How often the page had its turn meanwhile, and how long it waited for it at most. */
  readonly numTurns: number;
  readonly longestPauseMs: number;
}

async function hashOf(values: Float32Array | Int32Array): Promise<string> {
  const bytes = new Uint8Array(values.buffer as ArrayBuffer, values.byteOffset, values.byteLength);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

const page: BackendsPage = {
  async weightsHash(backend) {
    await tf.setBackend(backend);
    const slots = new SlotCollector();
    for (const [name, size] of [
      ['a', 9],
      ['b', 33],
      ['c', 128],
    ] as const) {
      slots.declare({ name, shape: [3, size, 7], role: 'backbone', initializer: { kind: 'normal', standardDeviation: 1 / size } }); // prettier-ignore
    }
    const plan = planRing(slots.slots, { ringSize: 1001 }, createRng('browser'));
    const rng = createRng('ring');
    const ring = tf.tensor1d(new Float32Array(1001).map(() => rng.uniform() - 0.5));
    const kernels = new Generator(plan).generate(ring);
    const flat = (await tf.concat(kernels.map((kernel) => tf.reshape(kernel, [kernel.size]))).data()) as Float32Array;
    return hashOf(flat);
  },
  async drawIndices(ringSize, numGenerated) {
    let numTurns = 0;
    let longestPauseMs = 0;
    let last = performance.now();
    const watch = setInterval(() => {
      numTurns++;
      longestPauseMs = Math.max(longestPauseMs, performance.now() - last);
      last = performance.now();
    }, 0);
    const start = performance.now();
    const indices = await drawIndexArrayAsync({ ringSize, numGenerated }, createRng('golden'));
    const ms = performance.now() - start;
    clearInterval(watch);
    longestPauseMs = Math.max(longestPauseMs, performance.now() - last);
    return { hash: await hashOf(indices), ms, numTurns, longestPauseMs };
  },
};

Object.assign(window, { page });
