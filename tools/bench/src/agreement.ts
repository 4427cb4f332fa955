// `--check`: lets all contestants compute the same few steps and compares their numbers, at a size that takes seconds.
import { chosenComparisons, sidesOf } from './compare.js';
import { measure } from './measure.js';
import { type BenchExtra, type BenchOptions, resolveThreads } from './options.js';
import { checkAgreement } from './results/result.js';
import { leftOutLine } from './workers/left-out.js';
import { preparePrograms } from './workers/worker-commands.js';

const WIDTH = 8;
const RING_SIZE = 20_000;
const BATCH_SIZE = 8;
/** From the second on the loss shows whether gradient and update agree, too. */
const NUM_STEPS = 3;

/** Lets all chosen contestants do three steps. @throws Error that names the two that differ */
export async function checkAll(
  options: BenchOptions,
  { python }: Pick<BenchExtra, 'python'>,
  print: (line: string) => void,
): Promise<void> {
  const threads = resolveThreads(options);
  const sizes = { width: WIDTH, ringSize: RING_SIZE, batchSize: BATCH_SIZE, imageSize: 32, threads };
  const comparisons = chosenComparisons(options, sizes);
  const programs = await preparePrograms(sidesOf(comparisons), python, print);
  for (const comparison of comparisons) {
    const steps = { warmUpSteps: NUM_STEPS - 1, numSteps: 1, onProgress: () => undefined };
    const { measurements, leftOut } = await measure(comparison, programs, steps);
    checkAgreement(measurements, NUM_STEPS);
    print(`${comparison.title}: ${measurements.length} compute the same`);
    for (const each of leftOut) print(`  ${leftOutLine(each)}`);
    for (const { contestant, values, numParameters } of measurements) {
      const parameters = numParameters === 0 ? '' : `, ${numParameters.toLocaleString('en')} parameters`;
      print(`  ${contestant.name.padEnd(32)} ${values.map((value) => value.toFixed(5)).join('  ')}${parameters}`);
    }
  }
}
