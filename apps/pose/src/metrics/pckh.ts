// PCKh: the share of joints that are found within a part of the head's size. Sums and counts travel; rates are divided
// once, at the end.
import { jointAt, jointStates, type PersonRecord, type Point } from '../data/annotations/person-record.js';
import { jointIds, jointNames, numJoints } from '../data/joints.js';
import { type PckhRule, pckhRules, type PckhVariant } from './pckh-variants.js';

/** 0 to 0.5 in steps of 0.01, as all evaluations draw the curve; the products are those of NumPy's `arange`. */
export const pckhThresholds: readonly number[] = Array.from({ length: 51 }, (_, i) => i * 0.01);

/** Position of the threshold 0.5. (HRNet's `Mean@0.1` is at position 11, which is 0.11.) */
const HALF = 50;

/** A part of the body: one joint or a left and a right one. */
export interface PckhRow {
  readonly part: string;
  /** PCKh@0.5 in [0, 1]; null where no joint was counted. */
  readonly rate: number | null;
  readonly numCorrect: number;
  readonly count: number;
}

/** What came out. */
export interface PckhReport {
  readonly variant: PckhVariant;
  /** Mean PCKh@0.5 in [0, 1] by the variant's rule; null where no joint was counted. */
  readonly mean: number | null;
  /** The mean at each of `pckhThresholds`; nulls where no joint was counted. */
  readonly curve: readonly (number | null)[];
  readonly rows: readonly PckhRow[];
  /** Records that were counted. */
  readonly numRecords: number;
  /** Records left out because no size of a head is known. */
  readonly numWithoutHeadSize: number;
}

/** The part of a record that PCKh needs. */
export type PckhTruth = Pick<PersonRecord, 'joints' | 'states' | 'headSize'>;

/**
 * Distance of each joint from the truth, in head sizes (0.6 of the head box's diagonal).
 *
 * @param predicted 16 points in pixels of the image, as the truth's are
 * @returns float64 [16], NaN for missing joints and infinite for a prediction that is no number; null for a record
 *   without head size
 * @throws RangeError for a number of points other than 16
 */
export function normalizedErrors(truth: PckhTruth, predicted: readonly Point[]): Float64Array | null {
  if (predicted.length !== numJoints) {
    throw new RangeError(`There are ${predicted.length} predicted joints, expected ${numJoints}.`);
  }
  const { headSize, states } = truth;
  if (headSize === null) return null;
  return Float64Array.from(predicted, ({ x, y }, joint) => {
    if (states[joint] === jointStates.missing) return NaN;
    const at = jointAt(truth, joint);
    const error = Math.sqrt((x - at.x) * (x - at.x) + (y - at.y) * (y - at.y)) / headSize;
    return Number.isNaN(error) ? Infinity : error;
  });
}

/** Counts hits over a set of records by one variant's rule. */
export class PckhSums {
  readonly #variant: PckhVariant;
  readonly #rule: PckhRule;
  /** [threshold, joint] in row order. */
  readonly #hits = new Int32Array(pckhThresholds.length * numJoints);
  readonly #counts = new Int32Array(numJoints);
  #numRecords = 0;
  #numWithoutHeadSize = 0;

  constructor(variant: PckhVariant) {
    this.#variant = variant;
    this.#rule = pckhRules[variant];
  }

  /**
   * Counts one person. A record without head size is left out and counted as such.
   *
   * @param errors what `normalizedErrors` gave for it
   */
  add(errors: Float64Array | null): void {
    if (errors === null) {
      this.#numWithoutHeadSize++;
      return;
    }
    this.#numRecords++;
    errors.forEach((error, joint) => {
      if (Number.isNaN(error)) return;
      this.#counts[joint]! += 1;
      pckhThresholds.forEach((threshold, i) => {
        if (error < threshold || (this.#rule.countsTies && error === threshold))
          this.#hits[i * numJoints + joint]! += 1;
      });
    });
  }

  /** Rates of all records added so far. */
  report(): PckhReport {
    const curve = pckhThresholds.map((_, i) => rateOf(this.#tallies(i, this.#jointsOfMean()), this.#rule.mean));
    return {
      variant: this.#variant,
      mean: curve[HALF]!,
      curve,
      rows: bodyParts.map(({ part, joints }) => {
        const tallies = this.#tallies(HALF, joints);
        return { part, rate: rateOf(tallies, this.#rule.sides), ...sum(tallies) };
      }),
      numRecords: this.#numRecords,
      numWithoutHeadSize: this.#numWithoutHeadSize,
    };
  }

  #tallies(thresholdPosition: number, joints: readonly number[]): Tally[] {
    return joints.map((joint) => ({
      numCorrect: this.#hits[thresholdPosition * numJoints + joint]!,
      count: this.#counts[joint]!,
    }));
  }

  #jointsOfMean(): number[] {
    return jointNames
      .map((_, joint) => joint)
      .filter((joint) => this.#rule.hasTorsoInMean || (joint !== jointIds.pelvis && joint !== jointIds.thorax));
  }
}

interface Tally {
  readonly numCorrect: number;
  readonly count: number;
}

/** Joints that were never counted have no rate and are left out, where the published scripts divide by 0. */
function rateOf(tallies: readonly Tally[], kind: 'of-rates' | 'pooled'): number | null {
  const counted = tallies.filter(({ count }) => count > 0);
  if (counted.length === 0) return null;
  if (kind === 'of-rates') {
    return counted.reduce((total, { numCorrect, count }) => total + numCorrect / count, 0) / counted.length;
  }
  const { numCorrect, count } = sum(counted);
  return numCorrect / count;
}

function sum(tallies: readonly Tally[]): Tally {
  return tallies.reduce((a, b) => ({ numCorrect: a.numCorrect + b.numCorrect, count: a.count + b.count }), {
    numCorrect: 0,
    count: 0,
  });
}

/** Rows of the table, from the head down. */
const bodyParts: readonly { readonly part: string; readonly joints: readonly number[] }[] = [
  { part: 'head top', joints: [jointIds['head top']] },
  { part: 'upper neck', joints: [jointIds['upper neck']] },
  ...['shoulder', 'elbow', 'wrist'].map(bothSides),
  { part: 'thorax', joints: [jointIds.thorax] },
  { part: 'pelvis', joints: [jointIds.pelvis] },
  ...['hip', 'knee', 'ankle'].map(bothSides),
];

function bothSides(part: string): { part: string; joints: number[] } {
  return { part, joints: jointNames.flatMap((name, joint) => (name.endsWith(` ${part}`) ? [joint] : [])) };
}
