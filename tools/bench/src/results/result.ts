// Measured times as the rows of a table: plain data, stored as JSON.
import type { GitState, SystemFacts } from 'training-kit';
import type { Measurement } from '../measure.js';
import type { LeftOut } from '../workers/left-out.js';
import type { Comparison, Contestant, Precision, Section } from '../workers/workload.js';
import { medianRatio, type Spread, spreadOf } from './statistics.js';

/** One contestant's figures. */
export interface ResultRow {
  readonly name: string;
  /** In the table's unit. */
  readonly times: readonly number[];
  readonly spread: Spread;
  /**
   * Median of the pairwise ratios to this project's time for the same network, at the same precision where it has that,
   * else at float32; null where it was not timed.
   */
  readonly toOurs: number | null;
  /** The same to the plain network, same side and settings; null where there is none, and for it itself. */
  readonly toPlain: number | null;
  readonly numParameters: number;
  readonly peakRssMB: number | null;
}

/** One comparison's figures. */
export interface ResultTable {
  readonly section: Section;
  readonly title: string;
  readonly unit: string;
  readonly rows: readonly ResultRow[];
}

/** How one figure grows with another. */
export interface ResultCurve {
  readonly title: string;
  readonly xLabel: string;
  readonly unit: string;
  /** One a contestant, by its words that do not change along the curve. */
  readonly series: readonly {
    readonly name: string;
    readonly x: readonly number[];
    readonly median: readonly number[];
  }[];
}

/** All that a run found out. */
export interface BenchResult {
  readonly startedAt: string;
  /** As to be typed. */
  readonly command: string;
  readonly git: GitState | null;
  readonly system: SystemFacts;
  /** Load average of the last minute when it began. */
  readonly loadAtStart: number;
  readonly sizes: Readonly<Record<string, number>>;
  /** Versions and settings by side. */
  readonly facts: Readonly<Record<string, Readonly<Record<string, string | number>>>>;
  readonly tables: readonly ResultTable[];
  readonly curves: readonly ResultCurve[];
  /** Who could not run, by comparison. */
  readonly leftOut: readonly (LeftOut & { readonly comparison: string })[];
  /** False for what was finished before a run ended early. */
  readonly isComplete: boolean;
}

/** Boils a comparison down. */
export function tableOf(comparison: Comparison, measurements: readonly Measurement[]): ResultTable {
  const rows = measurements.map((measurement): ResultRow => {
    const { contestant, times, numParameters, peakRssBytes } = measurement;
    const ratioTo = (base: Measurement | undefined): number | null =>
      base === undefined ? null : medianRatio(times, base.times);
    return {
      name: contestant.name,
      times,
      spread: spreadOf(times),
      toOurs: ratioTo(oursFor(contestant, measurements)),
      // In a comparison of one network there is no other of this name, and the plain one's is its own.
      toPlain: ratioTo(
        measurements.find(
          (other) => other !== measurement && other.contestant.name === contestant.name.replace('/ring', '/plain'),
        ),
      ),
      numParameters,
      peakRssMB: peakRssBytes === undefined ? null : peakRssBytes / 1e6,
    };
  });
  const { section, title, unit } = comparison;
  return { section, title, unit, rows };
}

function oursFor({ workload }: Contestant, measurements: readonly Measurement[]): Measurement | undefined {
  const ours = measurements.filter(
    ({ contestant }) => contestant.side === 'ours' && contestant.workload.network === workload.network,
  );
  const at = (precision: Precision): Measurement | undefined =>
    ours.find(({ contestant }) => contestant.workload.precision === precision);
  return at(workload.precision) ?? at('float32');
}

/** Allowed differences of the figures to agree on, relative, by precision. */
const tolerances = { float32: 2e-3, bfloat16: 5e-2 } as const;

/**
 * Makes sure that all computed the same: parameters counted alike, and each step's figure (the loss before its update)
 * alike for one network. A contest of different jobs has no meaning.
 *
 * @param numValues figures compared, from the first on; rounding makes later ones of a training drift apart
 * @throws Error that names the two that differ
 */
export function checkAgreement(measurements: readonly Measurement[], numValues = 1): void {
  for (const found of measurements) {
    const { workload, name } = found.contestant;
    const base = measurements.find(({ contestant }) => contestant.workload.network === workload.network);
    if (base === undefined || base === found) continue;
    if (base.numParameters !== found.numParameters) {
      throw new Error(
        `${name} has ${found.numParameters} parameters, ${base.contestant.name} ${base.numParameters}: they do not do ` +
          'the same job, so their times cannot be compared.',
      );
    }
    const precisions = [workload.precision, base.contestant.workload.precision];
    const tolerance = precisions.includes('bfloat16') ? tolerances.bfloat16 : tolerances.float32;
    for (const [step, value] of found.values.slice(0, numValues).entries()) {
      const expected = base.values[step]!;
      if (!(Math.abs(value - expected) <= tolerance * Math.max(1, Math.abs(expected)))) {
        throw new Error(
          `${name} computes ${value} at step ${step + 1}, ${base.contestant.name} ${expected}; expected a relative ` +
            `difference of at most ${tolerance}. They do not do the same job, so their times cannot be compared.`,
        );
      }
    }
  }
}
