// The loop of a training, from the newest checkpoint to the last step or an interrupt. What is learnt, from what, and
// how it is judged comes from the app.
import { setImmediate as nextTurn } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import type { WeightSource } from 'rpg-core';
import { captureState, restoreState } from '../checkpoint/training-state.js';
import { ConfigError, WorkersLost } from '../errors.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import type { Run } from '../run/run-folder.js';
import { memoryUse } from '../run/system-facts.js';
import type { Schedule } from '../schedules/schedule.js';
import { percent } from '../words/percent.js';
import { bestIn, bestMetadata } from './best-step.js';
import { type Interrupt, Interrupted, type InterruptRequest } from './interrupt.js';
import { noteSmallParts, partOf } from './micro-batches.js';
import { createProgress, type ProgressStream } from './progress.js';
import { alone, checkAlike, isAnyInterrupted, isLeader, type Replicas, shareState } from './replicas.js';
import { sharedStep } from './shared-step.js';
import { type LossResult, type StepNumbers, trainStep } from './train-step.js';

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
  /** Higher is better; decides which checkpoint is the best one, of equal ones the latest. */
  readonly score: number;
  /** What the score is, in full: `val PCKh@0.5, variant A`. Scores of other names are not compared with it. */
  readonly scoreName: string;
  /** One line for a person, such as `val accuracy 86.10 %`. */
  readonly line: string;
}

/** What the loop asks; it holds signals back from its first step to its last checkpoint, where they can be held. */
export type LoopInterrupt = InterruptRequest & Partial<Pick<Interrupt, 'hold'>>;

export interface TrainingLoopOptions<Batch extends LoopBatch, Inputs extends Record<keyof Inputs, tf.Tensor>> {
  readonly run: Pick<Run, 'resume' | 'log' | 'save' | 'note'>;
  readonly interrupt: LoopInterrupt;
  /** What is trained; both stay the caller's to dispose. */
  readonly source: Pick<WeightSource, 'trainables' | 'statistics'>;
  readonly optimizer: Optimizer;
  readonly schedule: Schedule;
  readonly numSteps: number;
  /** Micro-batches that this process makes of its part of a batch, one behind the other: less memory; 1 when left out. */
  readonly accumulate?: number | undefined;
  /** The workers that share the training; this process alone when left out. */
  readonly replicas?: Replicas | undefined;
  /** Steps that lines and intervals count as one epoch. */
  readonly stepsPerEpoch: number;
  /** Called before the first step where there is no checkpoint to go on from: takes over weights of another run, say. */
  readonly begin?: (() => Promise<void>) | undefined;
  /** The batches of steps `fromStep` to `numSteps` − 1, or this worker's part of them. */
  readonly batches: (fromStep: number) => AsyncIterable<Batch>;
  /** A batch as tensors, each with an axis [numExamples] first; the loop disposes them. */
  readonly inputsOf: (batch: Batch) => Inputs;
  /**
   * Of one batch, or of a part of it; `step` counts the updates before it, `part` the parts of the batch, at all workers,
   * from 0.
   */
  readonly loss: (inputs: Inputs, step: number, part: number) => LossResult;
  /** What a step came to know besides its loss, such as how a solve in its backward pass went; asked once behind each. */
  readonly moreMetrics?: (() => Readonly<Record<string, number>>) | undefined;
  /** Steps between evaluations, the last step has one too; there are none where `evaluate` is left out. */
  readonly evaluateEvery: number;
  /**
   * May end with `Interrupted`: a resumed run evaluates the step before it goes on. With any other error the training
   * goes on: it is noted, and logged as `evaluationFailed`.
   */
  readonly evaluate?: (() => Promise<LoopEvaluation>) | undefined;
  /** Steps between checkpoints. */
  readonly checkpointEvery: number;
  /** Where progress is shown; standard output when left out. */
  readonly stream?: ProgressStream;
}

/** How a loop ended. */
export interface LoopEnd {
  /** False when it was interrupted, a checkpoint was saved then; and at workers that do not lead, which have no more to do. */
  readonly isFinished: boolean;
  readonly step: number;
}

/**
 * Trains from the run's newest checkpoint, or from the start. Each step logs the loss's metrics and `moreMetrics`,
 * `learningRate`, `stepMs` (the wait included) and `waitMs`; each evaluation its own metrics, `numTensors` and `rssMB`. Checkpoints are
 * saved at intervals, before each evaluation and behind it, at an interrupt and at the end. An interrupt skips or breaks
 * off the evaluation of its step, which the resumed run makes up for. Where nothing is held out to judge by, the last step
 * counts as the best.
 *
 * Of several workers the leader alone logs, evaluates and saves; the others begin with its weights and end when it does,
 * or when any of them is interrupted.
 *
 * @throws RangeError at a loss or weights that are not finite (`Run.log`, `Run.save`)
 * @throws ConfigError for a run that has more steps than `numSteps`; DataError for a checkpoint of another model
 */
export async function trainingLoop<Batch extends LoopBatch, Inputs extends Record<keyof Inputs, tf.Tensor>>(
  options: TrainingLoopOptions<Batch, Inputs>,
): Promise<LoopEnd> {
  const { run, interrupt, source, optimizer, schedule, numSteps, evaluate, replicas = alone, accumulate = 1 } = options;
  const { trainables } = source;
  const leads = isLeader(replicas);
  const checkpoint = await run.resume();
  if (checkpoint !== undefined) restoreState({ source, optimizer }, checkpoint.tensors, checkpoint.file);
  else if (leads) await options.begin?.();
  let step = await shareState(replicas, { source, optimizer }, checkpoint?.step ?? 0);
  if (step > numSteps) {
    throw new ConfigError(
      'numEpochs',
      `The run has made ${step} steps, more than the ${numSteps} that it is to have now. Give a larger --num-epochs, or ` +
        'go back with --from-step.',
    );
  }
  let savedStep = step;
  let best = bestIn(checkpoint?.metadata);
  const stream = leads ? options.stream : silent;
  const progress = createProgress({ numSteps, fromStep: step, ...(stream === undefined ? {} : { stream }) });
  const save = async ({ isBest = false, isEvaluationDue = false } = {}) => {
    if (!leads) return;
    savedStep = step;
    const metadata = { ...bestMetadata(best), ...(isEvaluationDue ? { isEvaluationDue } : {}) };
    await run.save(step, { tensors: captureState({ source, optimizer }), metadata }, { isBest });
  };
  /** Of a step that is saved already, so that nothing is lost by it. Saves once more, with what came out. */
  const evaluateStep = async (trainLoss?: number): Promise<void> => {
    if (!leads) return;
    const evaluation = await evaluationOf(evaluate, interrupt);
    if (evaluation === undefined) return; // interrupted: what is saved says that it is due
    if (evaluation instanceof Error) {
      run.log(step, { evaluationFailed: 1 });
      const isLast = step === numSteps;
      run.note(`The evaluation of step ${step} failed${isLast ? '' : '; the training goes on'}. ${evaluation.message}`);
      await save();
      return;
    }
    const { metrics, line, score, scoreName } = evaluation;
    run.log(step, { ...metrics, numTensors: tf.memory().numTensors, rssMB: memoryUse().rssBytes / 1e6 });
    const loss = trainLoss === undefined ? '' : `train loss ${trainLoss.toPrecision(4)}, `;
    progress.print(`epoch ${(step / options.stepsPerEpoch).toFixed(2)}: ${loss}${line}`);
    if (best?.scoreName !== undefined && best.scoreName !== scoreName) {
      run.note(`The best step so far, ${best.step}, was judged by ${best.scoreName}; from here on it is ${scoreName}.`);
      best = undefined;
    }
    const isBest = best?.score === undefined || score >= best.score;
    if (isBest) best = { score, scoreName, step };
    await save({ isBest });
  };

  const isAlone = replicas.part.count === 1;
  const isWhole = isAlone && accumulate === 1;
  const letGo = interrupt.hold?.();
  try {
    if (checkpoint?.metadata.isEvaluationDue === true) await evaluateStep();
    let isStopping = await isAnyInterrupted(replicas, interrupt);
    if (isStopping) return { isFinished: false, step }; // nothing is new
    let isFirst = true;
    for await (const batch of options.batches(step)) {
      if (isFirst && !isWhole && source.statistics.size > 0) noteSmallParts(run, batch.numExamples / accumulate);
      isFirst = false;
      const start = performance.now();
      const inputs = options.inputsOf(batch);
      const learningRate = schedule(step);
      let metrics: StepNumbers;
      if (isWhole) {
        metrics = trainStep({ trainables, optimizer, learningRate, loss: () => options.loss(inputs, step, 0) });
      } else {
        const shared = await sharedStep({
          ...{ source, optimizer, learningRate, replicas, numMicroBatches: accumulate },
          lossOf: (i) => options.loss(partOf(inputs, i, accumulate), step, replicas.part.index * accumulate + i),
          isInterrupted: interrupt.isRequested(),
        });
        metrics = shared.numbers;
        isStopping = shared.isAnyInterrupted;
      }
      tf.dispose(Object.values<tf.Tensor>(inputs));
      const stepMs = performance.now() - start + batch.waitMs;
      const more = options.moreMetrics?.() ?? {};
      run.log(++step, { ...metrics, ...more, learningRate, stepMs, waitMs: batch.waitMs }); // stops at a loss that is not finite
      progress.update(step, {
        loss: metrics.loss,
        numImages: batch.numExamples * replicas.part.count,
        waitMs: batch.waitMs,
      });

      await nextTurn(); // a signal that came during the step is heard now, not one step later
      if (isAlone) isStopping = interrupt.isRequested();
      const isLast = step === numSteps;
      const isEvaluated = evaluate !== undefined && (step % options.evaluateEvery === 0 || isLast);
      const isKept = step % options.checkpointEvery === 0 || isLast || isStopping;
      if (isEvaluated || isKept) await checkAlike(replicas, trainables, step);
      if (isEvaluated) {
        await save({ isEvaluationDue: true });
        await evaluateStep(metrics.loss);
        isStopping = await isAnyInterrupted(replicas, interrupt);
      } else if (isKept) {
        if (isLast) best = { score: undefined, scoreName: undefined, step };
        await save({ isBest: isLast });
      }
      if (isStopping) break;
    }
  } catch (error) {
    if (error instanceof WorkersLost && step > savedStep) await save(); // what all had done together
    throw error;
  } finally {
    letGo?.();
    progress.stop();
  }
  return { isFinished: leads && step >= numSteps, step };
}

/** Of workers that do not lead. */
const silent: ProgressStream = { write: () => undefined };

/** @returns undefined where an interrupt was first, the error where it failed */
async function evaluationOf(
  evaluate: (() => Promise<LoopEvaluation>) | undefined,
  interrupt: InterruptRequest,
): Promise<LoopEvaluation | Error | undefined> {
  if (interrupt.isRequested()) return undefined;
  try {
    const evaluation = await evaluate?.();
    if (evaluation === undefined || Number.isFinite(evaluation.score)) return evaluation;
    return new RangeError(`Its score, ${evaluation.scoreName}, is ${evaluation.score}; the network has diverged.`);
  } catch (error) {
    if (error instanceof Interrupted) return undefined;
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Says of a training that has ended how much of its time the data took. */
export function noteWaiting(run: Pick<Run, 'history' | 'note'>): void {
  run.note(`Waiting for data: ${percent(waitingShare(run.history()))} of the time of a step.`);
}

/** Share of the training time that the logged steps spent waiting for their batches. */
export function waitingShare(history: readonly { readonly metrics: Readonly<Record<string, number>> }[]): number {
  const total = (key: string): number => history.reduce((sum, { metrics }) => sum + (metrics[key] ?? 0), 0);
  const stepMs = total('stepMs');
  return stepMs === 0 ? 0 : total('waitMs') / stepMs;
}
