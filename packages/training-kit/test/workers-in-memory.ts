// Workers of one process that add up their vectors in memory, in the order in which TensorFlow's ring does.
import { sumInReduceOrder } from 'tensorflow-runtime/cluster';
import { WorkersLost } from '../src/errors.js';
import type { Replicas } from '../src/loop/replicas.js';

/** @param loseAt the collective, from 0, at which the last worker is gone */
export function workersInMemory(count: number, { loseAt = Infinity } = {}): Replicas[] {
  let numCollectives = 0;
  let waiting: { index: number; vector: Float32Array; settle: (error?: Error) => void }[] = [];
  const meet = (index: number, vector: Float32Array, combine: (vectors: Float32Array[]) => Float32Array) =>
    new Promise<void>((resolve, reject) => {
      const settle = (error?: Error): void => {
        if (error === undefined) resolve();
        else reject(error);
      };
      waiting.push({ index, vector, settle });
      if (waiting.length < count) return;
      const all = waiting.toSorted((one, other) => one.index - other.index);
      waiting = [];
      const isLost = numCollectives++ >= loseAt;
      const result = combine(all.map((worker) => worker.vector.slice()));
      for (const worker of all) {
        if (!isLost) worker.vector.set(result);
        worker.settle(isLost ? new WorkersLost(`Worker ${count - 1} is gone.`) : undefined);
      }
    });
  return Array.from({ length: count }, (_, index) => ({
    part: { index, count },
    allReduce: (vector) => meet(index, vector, sumInReduceOrder),
    broadcast: (vector) => meet(index, vector, ([first]) => first!),
  }));
}
