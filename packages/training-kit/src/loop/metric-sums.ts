// Metrics over a set travel as sums and counts and are divided once, at the end: a mean of batch means would weigh the
// examples of a smaller last batch more.

/** Adds up sums with their counts. */
export class MetricSums {
  readonly #sums = new Map<string, { sum: number; count: number }>();

  /** Adds the sum of a metric over `count` examples. */
  add(name: string, sum: number, count: number): void {
    const entry = this.#sums.get(name) ?? { sum: 0, count: 0 };
    entry.sum += sum;
    entry.count += count;
    this.#sums.set(name, entry);
  }

  /** Sum over count of each metric. @throws RangeError for a metric over no examples */
  means(): Record<string, number> {
    return Object.fromEntries(
      [...this.#sums].map(([name, { sum, count }]) => {
        if (count === 0) throw new RangeError(`Metric '${name}' was measured over no examples.`);
        return [name, sum / count];
      }),
    );
  }
}
