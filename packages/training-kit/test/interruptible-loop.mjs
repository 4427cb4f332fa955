// A training loop without training: works until interrupted, then ends as trainers do. With the argument `deaf` it
// works on after the first signal.
import { setImmediate } from 'node:timers/promises';
import { watchInterrupts } from '../dist/interrupt.js';

const interrupt = watchInterrupts({ note: (text) => process.stdout.write(`${text}\n`) });
const isDeaf = process.argv[2] === 'deaf';
process.stdout.write('working\n');
let step = 0;
while (isDeaf || !interrupt.isRequested()) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5); // the thread is busy
  await setImmediate();
  step = 7;
}
interrupt.finish(step, 'train --resume');
interrupt.stop();
