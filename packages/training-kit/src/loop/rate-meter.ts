// Moving averages of speeds, where recent time counts more: what was counted over the time it took, both fading.

export interface RateMeter {
  /** Adds `counts` for the time since the last call, or since the start. */
  add(nowMs: number, counts: Readonly<Record<string, number>>): void;
  /** Counts per second, 0 before any time has passed. */
  perSecond(name: string): number;
}

/** @param halfLifeMs after this time a count weighs half: long enough to smooth over an evaluation now and then */
export function createRateMeter(startMs: number, halfLifeMs: number): RateMeter {
  const sums = new Map<string, number>();
  let weightedMs = 0;
  let lastMs = startMs;
  return {
    add(nowMs, counts) {
      const elapsedMs = Math.max(0, nowMs - lastMs); // the system's clock may be set back
      const fading = 0.5 ** (elapsedMs / halfLifeMs);
      weightedMs = weightedMs * fading + elapsedMs;
      for (const [name, sum] of sums) sums.set(name, sum * fading);
      for (const [name, count] of Object.entries(counts)) sums.set(name, (sums.get(name) ?? 0) + count);
      lastMs = nowMs;
    },
    perSecond: (name) => (weightedMs === 0 ? 0 : ((sums.get(name) ?? 0) / weightedMs) * 1000),
  };
}
