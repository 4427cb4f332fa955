// Times of repeated work: the median with its spread, since a machine is never quiet.

/** Milliseconds, over all timed steps. */
export interface StepTimes {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** @throws RangeError for no times */
export function stepTimesOf(times: readonly number[]): StepTimes {
  return { median: medianOf(times), min: Math.min(...times), max: Math.max(...times) };
}

/** The middle value; of an even number of values the mean of the middle two. @throws RangeError for none */
export function medianOf(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('medianOf: there are no values.');
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** `name    median   201 ms   min   198 ms   max   230 ms` */
export function describeTimes(name: string, { median, min, max }: StepTimes): string {
  const ms = (time: number): string => `${time.toFixed(time < 10 ? 2 : 0).padStart(6)} ms`;
  return `${name.padEnd(8)} median ${ms(median)}   min ${ms(min)}   max ${ms(max)}`;
}
