// Which step of a run is its best so far, as its checkpoints keep it, and why.
import type { Checkpoint } from '../checkpoint/checkpoint.js';
import type { JsonObject } from '../json/json.js';

/** The best step so far. */
export interface BestStep {
  /** Undefined for the last step of a run that nothing judges. */
  readonly score: number | undefined;
  /** What the score is; undefined in checkpoints of older versions too. */
  readonly scoreName: string | undefined;
  readonly step: number | undefined;
}

/** From a checkpoint's metadata; undefined where there is none yet. */
export function bestIn(metadata: JsonObject | undefined): BestStep | undefined {
  const { bestScore, bestScoreName, bestStep } = metadata ?? {};
  if (typeof bestScore !== 'number') return undefined;
  return {
    score: bestScore,
    scoreName: typeof bestScoreName === 'string' ? bestScoreName : undefined,
    step: typeof bestStep === 'number' ? bestStep : undefined,
  };
}

/** For a checkpoint's metadata. */
export function bestMetadata(best: BestStep | undefined): JsonObject {
  const { score = null, scoreName = null, step = null } = best ?? {};
  return { bestScore: score, bestScoreName: scoreName, bestStep: step };
}

/** One line: which step a checkpoint is of, and whether it is the best one, by what. */
export function describeStep({ step, metadata }: Pick<Checkpoint, 'step' | 'metadata'>): string {
  const { bestScore, bestScoreName, bestStep } = metadata;
  if (typeof bestStep !== 'number') return `Step ${step}.`;
  if (typeof bestScore !== 'number' || typeof bestScoreName !== 'string')
    return `Step ${step}, the last one; nothing was held out to judge by.`;
  const by = `${bestScoreName} ${bestScore.toFixed(4)}`;
  return bestStep === step
    ? `Step ${step}, the best by ${by}; of equal ones the latest.`
    : `Step ${step}; the best so far was step ${bestStep}, by ${by}.`;
}
