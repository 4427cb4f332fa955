// A batch worker for tests: images and labels tell their step; on demand it fails in one of several ways.
import { setInterval, setTimeout } from 'node:timers';
import { DataError } from '../dist/errors.js';
import { serveBatches } from '../dist/batches/prefetch-worker.js';

await serveBatches(async ({ failAt = -1, how = 'throw', isSlow = false, made }) => {
  if (how === 'open') throw new Error('cannot open');
  return {
    layout: {
      images: { dtype: 'float32', shape: [2, 3] },
      labels: { dtype: how === 'dtype' ? 'float64' : 'int32', shape: [how === 'shape' ? 0 : 2] },
    },
    async make(step, { images, labels }) {
      if (isSlow) await new Promise((resolve) => setTimeout(resolve, 3 * (step % 4)));
      if (step === failAt) {
        if (how === 'throw') throw new Error(`no batch ${step}`);
        if (how === 'data') throw new DataError('train.bin', 'train.bin is cut short');
        if (how === 'text') throw 'a thrown string';
        if (how === 'exit') process.exit(7);
        if (how === 'uncaught') setTimeout(() => undefined.crash, 0);
        if (how === 'sleep') setInterval(() => undefined, 1000); // stays alive
        if (how !== 'stale') await new Promise(() => undefined); // never made
      }
      // Every other step leaves its last image to the zeros that it was given.
      const numFilled = step % 2 === 0 ? 6 : 3;
      for (let i = 0; i < numFilled; i++) images[i] = step * 10 + i + 1;
      labels.fill(step);
      if (made !== undefined) Atomics.add(new Int32Array(made), 0, 1);
    },
  };
});
