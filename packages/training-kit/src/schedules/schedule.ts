// Learning rates over the steps of a run. Step 0 is the first; a schedule is a plain function, so that a resumed run
// needs nothing but its step.

/** The learning rate of one step. */
export type Schedule = (step: number) => number;

/** `initial`, times `gamma` at each milestone. @param milestones steps, rising */
export function stepDecay(initial: number, options: { milestones: readonly number[]; gamma: number }): Schedule {
  const { milestones, gamma } = options;
  if (milestones.some((milestone, i) => i > 0 && milestone <= milestones[i - 1]!)) {
    throw new RangeError(`stepDecay: milestones are ${milestones.join(', ')}, expected rising steps.`);
  }
  return (step) => initial * gamma ** milestones.filter((milestone) => step >= milestone).length;
}

/** Half a cosine from `initial` at step 0 to `final` (default 0) at `numSteps`. */
export function cosineDecay(initial: number, options: { numSteps: number; final?: number }): Schedule {
  const { numSteps, final = 0 } = options;
  checkNumSteps('cosineDecay', numSteps);
  return (step) => final + ((initial - final) * (1 + Math.cos(Math.PI * Math.min(1, step / numSteps)))) / 2;
}

/** A straight line from `initial` at step 0 to `final` (default 0) at `numSteps`. */
export function linearDecay(initial: number, options: { numSteps: number; final?: number }): Schedule {
  const { numSteps, final = 0 } = options;
  checkNumSteps('linearDecay', numSteps);
  return (step) => initial + (final - initial) * Math.min(1, step / numSteps);
}

/**
 * Rises in a straight line during the first steps and hands over to `after`, which sees its own steps from 0.
 *
 * @param numSteps steps of the rise; 0 is no warm-up
 * @param highest where it ends; the first rate of `after` when left out
 */
export function warmUp(after: Schedule, numSteps: number, highest = after(0)): Schedule {
  return (step) => (step < numSteps ? (highest * (step + 1)) / numSteps : after(step - numSteps));
}

function checkNumSteps(name: string, numSteps: number): void {
  if (!(numSteps > 0)) throw new RangeError(`${name}: numSteps is ${numSteps}, expected a number above 0.`);
}
