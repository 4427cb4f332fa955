// A program that prints, whatever becomes of its terminal, and at its end writes the file that its last argument names.
// With the argument `training` it keeps elsewhere what it prints.
import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { runMain } from '../dist/command-line/run-main.js';
import { watchInterrupts } from '../dist/loop/interrupt.js';
import { createProgress } from '../dist/loop/progress.js';
import { forgetLostOutput } from '../dist/command-line/terminal.js';

const [kind, closed, done] = process.argv.slice(2);
await runMain(async () => {
  const interrupt = watchInterrupts({ note: (text) => process.stdout.write(`${text}\n`) });
  interrupt.hold();
  const progress = createProgress({ numSteps: 100, secondsPerLine: 0 });
  process.stdout.write('ready\n');
  for (let tries = 0; closed !== 'none' && !existsSync(closed) && tries < 6000; tries++) await setTimeout(10);
  for (let step = 1; step <= 100; step++) {
    if (step === 50 && kind === 'hung-up') process.kill(process.pid, 'SIGHUP');
    progress.update(step, { loss: 1, numImages: 1 });
    progress.print(`step ${step}`);
    process.stderr.write('also here\n');
    await setTimeout(1);
  }
  progress.stop();
  interrupt.stop();
  writeFileSync(done, `${interrupt.isRequested()}`);
  if (kind === 'training') {
    await setTimeout(1);
    forgetLostOutput();
  }
});
