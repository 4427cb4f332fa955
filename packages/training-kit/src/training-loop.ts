// The loop of a training, from the newest checkpoint to the last step or an interrupt. What is learnt, from what, and
// how it is judged comes from the app.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { WeightSource } from 'rpg-core';
import * as tf from '@tensorflow/tfjs-core';
import { Interrupted, type Interrupt, type InterruptRequest } from './interrupt.js';
import type { Optimizer } from './optimizer.js';
import { createProgress, type ProgressStream } from './progress.js';
import type { Run } from './run-folder.js';
import type { Schedule } from './schedule.js';
import { memoryUse } from './system-facts.js';
import { captureState, restoreState } from './training-state.js';
import { trainStep, type LossResult } from './train-step.js';

/** What the loop must know of a batch; the rest is between the app's data and its loss. */
export interface LoopBatch {
  readonly numExamples: number;
  /** How long the loop waited for it. */
  readonly waitMs: number;
}

/** What watching a training on held-out data gave. */
export interface LoopEvaluation {
  /** Logged at the step, by name. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Higher is better; decides which checkpoint is the best one. */
  readonly score: number;
  /** One line for a person, such as `val accuracy 86.10 %`. */
  readonly line: string;
}

/** What the loop asks; it holds signals back from its first step to its last checkpoint, where they can be held. */
export type LoopInterrupt = InterruptRequest & Partial<Pick<Interrupt, 'hold'>>;

export interface TrainingLoopOptions<Batch extends LoopBatch, Inputs extends Record<keyof Inputs, tf.Tensor>> {
  readonly run: Pick<Run, 'resume' | 'log' | 'save'>;
  readonly interrupt: LoopInterrupt;
  /** What is trained; both stay the caller's to dispose. */
  readonly source: Pick<WeightSource, 'trainables' | 'statistics'>;
  readonly optimizer: Optimizer;
  readonly schedule: Schedule;
  readonly numSteps: number;
  /** Steps that lines and intervals count as one epoch. */
  readonly stepsPerEpoch: number;
  /** The batches of steps `fromStep` to `numSteps` − 1. */
  readonly batches: (fromStep: number) => AsyncIterable<Batch>;
  /** A batch as tensors; the loop disposes them. */
  readonly inputsOf: (batch: Batch) => Inputs;
  /** Of one batch; `step` counts the updates before it. */
  readonly loss: (inputs: Inputs, step: number) => LossResult;
  /** What a step came to know besides its loss, such as how a solve in its backward pass went; asked once behind each. */
  readonly moreMetrics?: (() => Readonly<Record<string, number>>) | undefined;
  /** Steps between evaluations; there are none where `evaluate` is left out. */
  readonly evaluateEvery: number;
  /** May end with `Interrupted`: a resumed run evaluates the step before it goes on. */
  readonly evaluate?: (() => Promise<LoopEvaluation>) | undefined;
  /** Steps between checkpoints. */
  readonly checkpointEvery: number;
  /** Where progress is shown; standard output when left out. */
  readonly stream?: ProgressStream;
}

/** How a loop ended. */
export interface LoopEnd {
  /** False when it was interrupted; a checkpoint was saved then. */
  readonly isFinished: boolean;
  readonly step: number;
}

/**
 * Trains from the run's newest checkpoint, or from the start. Each step logs the loss's metrics and `moreMetrics`,
 * `learningRate`, `stepMs` (the wait included) and `waitMs`; each evaluation its own metrics, `numTensors` and `rssMB`. Checkpoints are
 * saved at intervals, at each evaluation that is the best so far, at an interrupt and at the end. An interrupt skips or
 * breaks off the evaluation of its step, which the resumed run makes up for.
 *
 * @throws RangeError at a loss that is not finite (`Run.log`); DataError for a checkpoint of another model
 */
export async function trainingLoop<Batch extends LoopBatch, Inputs extends Record<keyof Inputs, tf.Tensor>>(
  options: TrainingLoopOptions<Batch, Inputs>,
): Promise<LoopEnd> {
  const { run, interrupt, source, optimizer, schedule, numSteps, evaluate } = options;
  const { trainables } = source;
  const checkpoint = await run.resume();
  if (checkpoint !== undefined) restoreState({ source, optimizer }, checkpoint.tensors, checkpoint.file);
  let step = checkpoint?.step ?? 0;
  let bestScore = Number(checkpoint?.metadata.bestScore ?? -Infinity);
  if (checkpoint?.metadata.bestScore === null) bestScore = -Infinity; // JSON has no infinities
  const progress = createProgress({
    numSteps,
    fromStep: step,
    ...(options.stream === undefined ? {} : { stream: options.stream }),
  });
  const save = async (isBest: boolean, isEvaluationDue: boolean) => {
    const metadata = {
      bestScore: Number.isFinite(bestScore) ? bestScore : null,
      ...(isEvaluationDue ? { isEvaluationDue } : {}),
    };
    await run.save(step, { tensors: captureState({ source, optimizer }), metadata }, { isBest });
  };
  /** @returns whether it was made, and whether the score is the best so far */
  const evaluateStep = async (trainLoss?: number): Promise<{ isMade: boolean; isBest: boolean }> => {
    const evaluation = await unlessInterrupted(evaluate, interrupt);
    if (evaluation === undefined) return { isMade: false, isBest: false };
    run.log(step, { ...evaluation.metrics, numTensors: tf.memory().numTensors, rssMB: memoryUse().rssBytes / 1e6 });
    const loss = trainLoss === undefined ? '' : `train loss ${trainLoss.toPrecision(4)}, `;
    progress.print(`epoch ${(step / options.stepsPerEpoch).toFixed(2)}: ${loss}${evaluation.line}`);
    const isBest = evaluation.score > bestScore;
    bestScore = Math.max(bestScore, evaluation.score);
    return { isMade: true, isBest };
  };

  const letGo = interrupt.hold?.();
  try {
    if (checkpoint?.metadata.isEvaluationDue === true) {
      const { isMade, isBest } = await evaluateStep();
      if (isMade) await save(isBest, false);
    }
    if (interrupt.isRequested()) return { isFinished: false, step }; // nothing is new
    for await (const batch of options.batches(step)) {
      const start = performance.now();
      const inputs = options.inputsOf(batch);
      const learningRate = schedule(step);
      const metrics = trainStep({ trainables, optimizer, learningRate, loss: () => options.loss(inputs, step) });
      tf.dispose(Object.values<tf.Tensor>(inputs));
      const stepMs = performance.now() - start + batch.waitMs;
      const more = options.moreMetrics?.() ?? {};
      run.log(++step, { ...metrics, ...more, learningRate, stepMs, waitMs: batch.waitMs }); // stops at a loss that is not finite
      progress.update(step, { loss: metrics.loss, numImages: batch.numExamples, waitMs: batch.waitMs });

      await nextTurn(); // a signal that came during the step is heard now, not one step later
      const isDue = evaluate !== undefined && step % options.evaluateEvery === 0;
      const { isMade, isBest } = isDue ? await evaluateStep(metrics.loss) : { isMade: false, isBest: false };
      if (isBest || step % options.checkpointEvery === 0 || step === numSteps || interrupt.isRequested()) {
        await save(isBest, isDue && !isMade);
      }
      if (interrupt.isRequested()) break;
    }
  } finally {
    letGo?.();
    progress.stop();
  }
  return { isFinished: step >= numSteps, step };
}

/** @returns undefined where the interrupt was first */
async function unlessInterrupted(
  evaluate: (() => Promise<LoopEvaluation>) | undefined,
  interrupt: InterruptRequest,
): Promise<LoopEvaluation | undefined> {
  if (interrupt.isRequested()) return undefined;
  try {
    return await evaluate?.();
  } catch (error) {
    if (error instanceof Interrupted) return undefined;
    throw error;
  }
}

/** Share of the training time that the logged steps spent waiting for their batches. */
export function waitingShare(history: readonly { readonly metrics: Readonly<Record<string, number>> }[]): number {
  const total = (key: string): number => history.reduce((sum, { metrics }) => sum + (metrics[key] ?? 0), 0);
  const stepMs = total('stepMs');
  return stepMs === 0 ? 0 : total('waitMs') / stepMs;
}
