// A batch worker whose examples are numbers: 10 · example, in training with a draw after the comma.
import { serveExamples } from '../dist/batches/example-worker.js';

await serveExamples(({ unreadable }) => ({
  load: (example) => (unreadable.includes(example) ? undefined : { value: 10 * example }),
  sizeBytesOf: () => 8,
  drawsName: 'draws',
  write({ value }, example, draws, { value: out, twice }) {
    out[0] = value + (draws === undefined ? 0 : draws.uniform());
    twice.fill(example);
  },
  noneReadable: (wanted, numTried) => new Error(`nothing stands in for ${wanted}; ${numTried} were tried`),
}));
