// Times several things so that all meet the same machine.

/** One thing to be timed. */
export interface Runner {
  readonly name: string;
  /** Returns when its work is done: reads what it computes, where the backend is lazy. */
  readonly run: () => void;
}

/** Settings of `takeTurns`. */
export interface TurnOptions {
  /** Rounds that count, 1 or more. */
  readonly numRounds: number;
  /** Rounds before them. */
  readonly warmUpRounds: number;
  /** Receives a line after each turn: `step 2: ring 31 ms`. */
  readonly onTurn?: ((line: string) => void) | undefined;
}

/**
 * Runs each runner once a round, each first in its turn, so that no one has the quiet moments to itself.
 *
 * @returns milliseconds of the rounds that count, a list a runner
 * @throws RangeError for fewer than one round that counts
 */
export function takeTurns(
  runners: readonly Runner[],
  { numRounds, warmUpRounds, onTurn }: TurnOptions,
): readonly (readonly number[])[] {
  if (!Number.isInteger(numRounds) || numRounds < 1) {
    throw new RangeError(`takeTurns: numRounds is ${numRounds}, expected an integer of 1 or more.`);
  }
  const times = runners.map((): number[] => []);
  for (let round = 0; round < warmUpRounds + numRounds; round++) {
    for (let turn = 0; turn < runners.length; turn++) {
      const which = (round + turn) % runners.length;
      const { name, run } = runners[which]!;
      const start = performance.now();
      run();
      const time = performance.now() - start;
      const isCounted = round >= warmUpRounds;
      if (isCounted) times[which]!.push(time);
      const title = isCounted ? `step ${round - warmUpRounds + 1}` : 'warm-up';
      onTurn?.(`${title}: ${name} ${time.toFixed(0)} ms`);
    }
  }
  return times;
}
