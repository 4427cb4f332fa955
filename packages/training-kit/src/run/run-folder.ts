// A run's folder: config.json, metrics.jsonl, log.txt, TensorBoard events, checkpoints/. All of it survives kill -9, and
// a resumed run leaves the same metrics behind as one that was never stopped.
import { appendFileSync, existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Checkpoint,
  type CheckpointContent,
  checkpointOfStep,
  latestCheckpoint,
  putAsideAfter,
  savedSteps,
  writeCheckpoint,
} from '../checkpoint/checkpoint.js';
import { DIVERGENCE_MEND, notFiniteIn } from '../checkpoint/finite-numbers.js';
import { checkProgressKept } from '../checkpoint/lost-checkpoints.js';
import { forUsersShell } from '../command-line/users-folder.js';
import { checkData } from '../data-identity/check-data.js';
import { type DataAtHand, identityOf } from '../data-identity/identity.js';
import { LISTS_FOLDER, writeLists } from '../data-identity/lists.js';
import { knownData, type TrainedData } from '../data-identity/trained-data.js';
import { ConfigError, DataError } from '../errors.js';
import { isLeftover, removeLeftovers } from '../files/atomic-file.js';
import { makeFolders } from '../files/make-folders.js';
import { writeError } from '../files/write-error.js';
import { type JsonObject, stableJson, toJsonObject } from '../json/json.js';
import { type FolderLock, isLockFile, lockFolder } from './folder-lock.js';
import { type LogEntry, openMetricsLog } from './metrics-log.js';
import { changedSettings, type ResumeRule } from './resume-rules.js';
import { readRunRecord, type RecordedChange, type RunRecord, writeRunRecord } from './run-record.js';
import { describeStart, differencesOfStarts } from './run-starts.js';
import { openTensorboard, type TensorboardWriter } from './tensorboard-events.js';

export interface RunOptions {
  readonly folder: string;
  /** The resolved config: plain data. */
  readonly config: object;
  readonly seed: number | string;
  /** Facts about the backend that computes: plain data. */
  readonly backend: object;
  /** Go on with what `folder` holds; where it holds nothing yet, start. */
  readonly resume: boolean;
  /** What may differ from before on resume; a key without a rule may not. */
  readonly resumeRules?: Readonly<Record<string, ResumeRule>>;
  /** What settings were before they existed: a run's record from then does not have them. */
  readonly defaults?: object;
  /** Go back to the checkpoint of this step in place of the newest; what was made after it is put aside. */
  readonly fromStep?: number | undefined;
  /** Step checkpoints to keep, the newest and at least the one before it; 3 when left out. */
  readonly keepLast?: number;
  /** Shows a line to the person in front: standard output by default; a progress bar's `print` where there is one. */
  readonly print?: (line: string) => void;
  /** Milliseconds since 1970; the system's clock by default. */
  readonly now?: () => number;
}

export interface Run {
  readonly folder: string;
  /** What the run's network was trained on before this start. */
  readonly trainedData: TrainedData;
  /**
   * Keeps what the network is trained on in record, lists and later checkpoints, compared with what it was before. To
   * be called once, before the first step; where `resume` comes later, the record has it from then on.
   *
   * @throws DataError when class names, normalisation or what else belongs to the network differ from before
   */
  keepData(data: DataAtHand): Promise<void>;
  /**
   * Reads the newest sound checkpoint and drops metrics logged after it. To be called once, before `log` and `save`,
   * when the run was opened with `resume`; otherwise it does nothing. From then on the record has this start and its
   * settings.
   *
   * @returns undefined when the run starts from step 0
   */
  resume(): Promise<Checkpoint | undefined>;
  /** In place of `resume`, for a run without steps of its own: the record has this start and its settings. */
  keepStart(): Promise<void>;
  /**
   * Appends metrics to metrics.jsonl and the TensorBoard events.
   *
   * @param step optimizer updates made
   * @throws RangeError at a non-finite `loss`, after logging it: training on makes no sense
   */
  log(step: number, metrics: Readonly<Record<string, number>>): void;
  /** Adds a PNG of `width` × `height` pixels to the TensorBoard events. */
  logImage(step: number, name: string, png: Uint8Array, width: number, height: number): void;
  /** Shows a line and keeps it in log.txt with its time. */
  note(text: string): void;
  /**
   * Writes a checkpoint. It comes last in its step: a run resumed from it drops what was logged later, goes on with the
   * next step, and would not make up for what this one still had to log.
   *
   * @throws RangeError for numbers that are not finite: who resumed from them would diverge at once
   * @returns its path
   */
  save(step: number, content: CheckpointContent, options?: { readonly isBest?: boolean }): Promise<string>;
  /** Keeps in the record that the training came to its end after `step` updates. */
  keepEnd(step: number): Promise<void>;
  /** All that was logged so far, this start's and earlier ones'. */
  history(): LogEntry[];
  /** Settings that resumed starts had otherwise than before; complete once `resume` was called. */
  changes(): readonly RecordedChange[];
  /** The facts of each start, as config.json has them. */
  starts(): readonly JsonObject[];
  /** Lets other processes have the folder, as the end of this one does; nothing may be written afterwards. */
  close(): void;
}

export const RECORD = 'config.json';
const NOTES = 'log.txt';
const METRICS = 'metrics.jsonl';
/** What a run has written before its first step. */
const startFiles: ReadonlySet<string> = new Set([RECORD, NOTES, LISTS_FOLDER]);
const NOTHING_TO_RESUME = 'No checkpoint to resume from yet: starting at step 0.';

/**
 * Makes or reopens a run's folder, which is this process's until it ends or `close` is called. A new one has its
 * config.json at once.
 *
 * @throws ConfigError when a fresh run would mix with what the folder holds, or the settings changed on resume
 * @throws DataError when the folder cannot be read or written, or another process has it
 */
export async function openRun(options: RunOptions): Promise<Run> {
  const { folder } = options;
  await makeFolders(folder);
  let lock: FolderLock;
  try {
    lock = lockFolder(folder);
  } catch (error) {
    throw error instanceof DataError ? error : writeError(folder, error);
  }
  try {
    return await openLockedRun(options, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function openLockedRun(options: RunOptions, lock: FolderLock): Promise<Run> {
  const { folder, seed, resumeRules = {}, keepLast = 3, now = Date.now } = options;
  const print = options.print ?? ((line: string) => process.stdout.write(`${line}\n`));
  const config = toJsonObject(options.config, 'config');
  const isResumed = await prepareFolder(folder, options.resume);

  const start = await describeStart(options.backend, now());
  const recordFile = join(folder, RECORD);
  const before: RunRecord = isResumed ? await readRunRecord(recordFile) : { config, seed, starts: [], changes: [] };
  const defaults = toJsonObject(options.defaults ?? {}, 'defaults');
  /** What differs from `past`, to be written down. @throws ConfigError for what may not */
  const changesSince = (file: string, past: JsonObject) =>
    changedSettings(file, { ...defaults, ...past }, { seed, ...defaults, ...config }, resumeRules);
  changesSince(folder, { seed: before.seed, ...before.config });
  const startFrom = (step: number) => [...before.starts, { ...start, fromStep: step }];
  // A resumed start that is refused before it has its checkpoint leaves the record as it was.
  let record: RunRecord = { ...before, finishedStep: undefined };
  const keep = async (more: Partial<RunRecord>) => {
    record = { ...record, ...more };
    await writeRunRecord(recordFile, record);
  };
  if (!isResumed) await keep({ starts: startFrom(0) });

  const log = openMetricsLog(join(folder, METRICS));
  const noteFile = join(folder, NOTES);
  const checkpoints = join(folder, 'checkpoints');
  const trainedData = trainedDataIn(folder, before, existsSync(checkpoints));
  let data = before.data;
  let isReady = !isResumed;
  let fromStep = 0;
  let tensorboard: TensorboardWriter | undefined;

  const note = (text: string) => {
    print(text);
    try {
      appendFileSync(noteFile, `${new Date(now()).toISOString()} ${text}\n`);
    } catch (error) {
      throw writeError(noteFile, error);
    }
  };
  const events = () => {
    if (!isReady) throw new Error('This run was opened to be resumed: call resume() before log() and save().');
    return (tensorboard ??= openTensorboard({ folder, fromStep, now: () => now() / 1000 }));
  };

  if (options.resume && !isResumed) note(NOTHING_TO_RESUME);

  return {
    folder,
    trainedData,
    async keepData(now) {
      await checkData(trainedData, now, { refusal: `Cannot resume ${folder}`, note });
      await writeLists(folder, now);
      data = identityOf(now);
      if (isReady) await keep({ data });
    },
    async keepStart() {
      if (isResumed) await keep({ config, seed, starts: [...before.starts, start] });
    },
    keepEnd: (step) => keep({ finishedStep: step }),
    note,
    history: () => log.read(),
    changes: () => record.changes,
    starts: () => record.starts,
    close() {
      lock.release();
    },
    async resume() {
      if (isReady) return undefined;
      const damagedFiles: string[] = [];
      const checkpoint =
        options.fromStep === undefined
          ? await latestCheckpoint(checkpoints, (file, error) => {
              damagedFiles.push(file);
              note(`${error.message} Going on from the one before.`);
            })
          : await checkpointOfStep(checkpoints, options.fromStep);
      if (checkpoint === undefined) await checkProgressKept(folder, checkpoints, before, log.count());
      const past = checkpoint?.config ?? before.config;
      const changed = changesSince(checkpoint?.file ?? folder, { seed: before.seed, ...past });
      // Out of the way of the names that the run will write again.
      for (const file of damagedFiles) await rename(file, `${file}.damaged`);
      fromStep = checkpoint?.step ?? 0;
      const isBestGone = options.fromStep !== undefined && (await putAsideAfter(checkpoints, fromStep));
      await log.keepUpTo(fromStep, checkpoint?.numLogged);
      // What was changed later than here is undone with the steps that it acted on.
      const changes = [
        ...before.changes.filter(({ step }) => step < fromStep),
        ...changed.map((change) => ({ step: fromStep, ...change })),
      ];
      await keep({ config, seed, changes, starts: startFrom(fromStep), ...(data === undefined ? {} : { data }) });
      isReady = true;
      note(checkpoint === undefined ? NOTHING_TO_RESUME : `Resumed from step ${fromStep}.`);
      for (const { setting, was, is } of changed) {
        note(`From step ${fromStep} on ${setting} is ${stableJson(is)}; it was ${stableJson(was)}.`);
      }
      const numMissing = (checkpoint?.numLogged ?? 0) - log.count();
      if (numMissing > 0) {
        note(`${join(folder, METRICS)} lacks ${numMissing} lines that were there at the checkpoint: curves have gaps.`);
      }
      const differences = fromStep === 0 ? [] : differencesOfStarts(before.starts.at(-1) ?? {}, start);
      if (differences.length > 0) {
        note(`From step ${fromStep} on the last bits may differ from those of one start: ${differences.join('; ')}.`);
      }
      if (checkpoint === undefined || !isBestGone) return checkpoint;
      return { ...checkpoint, metadata: withoutBest(checkpoint.metadata) };
    },
    log(step, metrics) {
      if (!Number.isSafeInteger(step) || step < 0) throw new RangeError(`Logged step is ${step}, expected 0, 1, 2, ….`);
      const writer = events();
      log.append({ step, wallTime: now() / 1000, metrics });
      writer.scalars(step, metrics);
      const { loss } = metrics;
      if (loss !== undefined && !Number.isFinite(loss)) {
        const steps = savedSteps(checkpoints);
        throw new RangeError(
          `The loss is ${loss} at step ${step}; the run stops. ${DIVERGENCE_MEND}` +
            (steps.length === 0 ? '' : ` Checkpoints from before are in ${checkpoints}.`) +
            waysOn(folder, steps, step - 1),
        );
      }
    },
    logImage(step, name, png, width, height) {
      events().image(step, name, png, width, height);
    },
    async save(step, content, { isBest = false } = {}) {
      events();
      lock.check();
      const wrong = notFiniteIn(content.tensors);
      if (wrong !== undefined) {
        throw new RangeError(
          `After step ${step} '${wrong.name}' holds ${wrong.value}: the training has diverged, and nothing of this step ` +
            `is saved. ${DIVERGENCE_MEND}${waysOn(folder, savedSteps(checkpoints))}`,
        );
      }
      await log.sync(); // a run that resumes from the checkpoint will not log these steps again
      const file = await writeCheckpoint(checkpoints, step, content, {
        ...{ keepLast, isBest, config, numLogged: log.count() },
        ...(data === undefined ? {} : { data }),
      });
      if (record.isSaved !== true) await keep({ isSaved: true });
      return file;
    },
  };
}

/**
 * How a run goes on that has diverged, in words to be typed where the user stands.
 *
 * @param steps of the checkpoints that there are, rising
 * @param badStep updates behind which the weights gave a loss that is not finite
 */
function waysOn(folder: string, steps: readonly number[], badStep?: number): string {
  const older = steps.filter((step) => step !== badStep).at(-1);
  if (steps.length === 0) {
    return ' There is no checkpoint yet: start a new run with a lower --learning-rate or a longer --warm-up-epochs.';
  }
  if (older === undefined) return ` The only one, of step ${badStep}, gives this loss at once: start a new run.`;
  const back =
    older === steps.at(-1)
      ? ''
      : ` --from-step ${older}, since the newest, of step ${badStep}, gives this loss at once,`;
  return ` Go on with --resume ${forUsersShell(folder)}${back} and a lower --learning-rate or a longer --warm-up-epochs.`;
}

/** The metadata of a checkpoint whose best one so far is no longer there: the next evaluation begins anew. */
function withoutBest(metadata: JsonObject): JsonObject {
  return { ...metadata, bestScore: null, bestStep: null };
}

/**
 * Removes the folder of a run that ended before its first step, at data that cannot be read for instance, so that the
 * mended call may name it again. One that holds more than a run's first files stays as it is.
 *
 * @returns true when it is gone
 */
export function removeUnusedRun(folder: string): boolean {
  try {
    const names = readdirSync(folder);
    const [locks, others] = [names.filter(isLockFile), names.filter((name) => !isLockFile(name))];
    if (!others.every((name) => startFiles.has(name))) return false;
    for (const name of [...others, ...locks]) rmSync(join(folder, name), { recursive: true }); // until it is empty it is ours
    rmdirSync(folder);
    return true;
  } catch {
    return false; // why the run ended is to be told, not what went wrong with tidying up
  }
}

/** @param record what config.json of the run's folder says */
export function trainedDataIn(folder: string, { data }: RunRecord, hasCheckpoints: boolean): TrainedData {
  if (data !== undefined) return knownData(folder, data, folder);
  return hasCheckpoints ? { kind: 'unknown', from: folder } : { kind: 'none' };
}

/** @returns true when the folder holds a run to go on with */
async function prepareFolder(folder: string, resume: boolean): Promise<boolean> {
  let names: string[];
  const namesIn = async () => (await readdir(folder)).filter((name) => !isLockFile(name));
  try {
    // A first start that was killed while it wrote the record leaves a folder that is as good as new.
    if (resume || (await namesIn()).every(isLeftover)) await removeLeftovers(folder);
    names = await namesIn();
  } catch (error) {
    throw writeError(folder, error);
  }
  if (names.length === 0) return false;
  if (!resume) {
    throw new ConfigError(
      'run',
      `The run folder ${folder} is not empty. Go on with that run by --resume, or name a new folder.`,
    );
  }
  if (!names.includes(RECORD)) {
    throw new ConfigError('run', `Cannot resume ${folder}: it has no ${RECORD}, so it is no run folder. Name another.`);
  }
  return true;
}
