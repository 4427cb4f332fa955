// A training loop without training: works until interrupted, then ends as trainers do. With the argument `deaf` it
// works on after the first signal; `idle` holds nothing that could be lost; `speechless` cannot tell anything.
import { setImmediate } from 'node:timers/promises';
import { watchInterrupts } from '../dist/loop/interrupt.js';

const kind = process.argv[2];
const interrupt = watchInterrupts({
  note: (text) => {
    if (kind === 'speechless') throw new Error('ENOSPC');
    process.stdout.write(`${text}\n`);
  },
  leave: () => process.stdout.write('left\n'),
});
if (kind !== 'idle') interrupt.hold();
process.stdout.write('working\n');
let step = 0;
while (kind === 'deaf' || !interrupt.isRequested()) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5); // the thread is busy
  await setImmediate();
  step = 7;
}
if (kind === 'speechless') process.stdout.write('saved\n');
else interrupt.finish(step, 'train --resume');
interrupt.stop();
