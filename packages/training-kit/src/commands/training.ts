// One training from its settings to its end: backend, run folder, interrupts. The same for each app, and for each run of a sweep.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { BackboneSize } from 'rpg-core';
import { z } from 'zod';
import type { Preset } from '../command-line/command-line.js';
import type { EffectRule } from '../command-line/setting-effects.js';
import { defaultsOf, pathText } from '../command-line/settings.js';
import { forgetLostOutput } from '../command-line/terminal.js';
import { forUsersShell } from '../command-line/users-folder.js';
import { identityOf } from '../data-identity/identity.js';
import { ConfigError, WorkersLost } from '../errors.js';
import { type JsonObject, toJsonObject } from '../json/json.js';
import { Interrupted, watchInterrupts } from '../loop/interrupt.js';
import { isLeader, type Replicas } from '../loop/replicas.js';
import type { LoopInterrupt } from '../loop/training-loop.js';
import { openFollowerRun } from '../run/follower-run.js';
import type { ResumeRule, ResumeRules } from '../run/resume-rules.js';
import { openRun, removeUnusedRun, type Run } from '../run/run-folder.js';
import { createRunFolderName, makeRunFolder } from '../run/run-name.js';
import { readRunConfig } from '../run/run-record.js';
import type { ForwardCost } from '../weights/forward-cost.js';
import { checkKey, type Key, KEY_DIGEST, readKey, readOrMakeKey } from '../weights/key-file.js';
import { deviceFlag, openBackend, runFacts } from './backend.js';
import { soloTeam, type Team } from './team.js';

/** Flags of `train` that are no settings of the run. */
export const trainFlags = z.strictObject({
  run: pathText().nullable().default(null).describe('folder of the run; a new one under runs/ when left out'),
  resume: pathText().nullable().default(null).describe('folder of a run to go on with, with its own settings'),
  fromStep: z
    .int()
    .min(0)
    .nullable()
    .default(null)
    .describe('resume: the step to go back to, one that has a checkpoint; the newest when left out'),
  keyFile: pathText()
    .nullable()
    .default(null)
    .describe('key that weights are drawn from in place of the seed, made when there is no such file yet'),
  device: deviceFlag,
});

export type TrainFlags = z.output<typeof trainFlags>;

/** What a training needs besides its config. */
export interface TrainingContext {
  readonly run: Run;
  readonly preset: string;
  /** That of a network whose weights are drawn from a key, for `weightStream`. */
  readonly key?: Key | undefined;
  /** Facts of backend and machine for the report. */
  readonly facts: Readonly<Record<string, string | number>>;
  /** The workers that share the training, for the loop; their `part` is for the batches. One process when left out. */
  readonly replicas?: Replicas | undefined;
  /** Heard by the loop and by evaluations. */
  readonly interrupt: LoopInterrupt;
}

/** Settings that every app's config has. */
export type CommonSettings = z.ZodObject<{ seed: z.ZodType<number>; keepCheckpoints: z.ZodType<number> }>;

/** What sets the command of one app apart. */
export interface TrainCommandSpec<Config extends z.ZodObject> {
  /** Name of the app: of its nx project and of its folder under runs/. */
  readonly app: string;
  /** Target of the project that runs this; `train` when left out. */
  readonly command?: string;
  readonly description: string;
  readonly schema: Config;
  readonly presets: Readonly<Record<string, Preset<z.input<Config>>>>;
  readonly defaultPreset: string;
  /** Flags, each as what follows `npx nx run APP:train --`; '' for none. */
  readonly examples: readonly { readonly flags: string; readonly does: string }[];
  /** Which settings go unread with which others: given as flags, those are refused. */
  readonly effects: readonly EffectRule<z.output<Config>>[];
  /** Checks what spans several keys. @throws ConfigError */
  readonly checkConfig: (config: z.output<Config>) => void;
  /** What each setting means to a run that is resumed. */
  readonly resumeRules: ResumeRules<z.output<Config>>;
  /** Why no weight depends on a key, with these settings; undefined where some do. */
  readonly whyNoKey: (config: z.output<Config>) => string | undefined;
  /** How to go back in a training, where the command runs several of them and has no steps of its own. */
  readonly stepBack?: string;
  /** The line to go on with after an interrupt, where it is not that of `train`. */
  readonly goOn?: string;
  readonly train: (
    config: z.output<Config>,
    context: TrainingContext,
  ) => Promise<{ readonly isFinished: boolean; readonly step: number }>;
}

/** Of a command that trains one network, so that several runs of it can be compared. */
export interface NetworkCommandSpec<Config extends z.ZodObject> extends TrainCommandSpec<Config> {
  /** N and M of the network, told without making it. @throws ConfigError for a ring size that does not fit */
  readonly sizeOf: (config: z.output<Config>) => BackboneSize;
  /** What a forward pass costs, told likewise. */
  readonly costOf: (config: z.output<Config>) => ForwardCost;
}

/** What is trained, and where. */
export interface TrainingCall<Config extends z.ZodObject> {
  readonly config: z.output<Config>;
  readonly preset?: string | undefined;
  readonly extra: TrainFlags;
}

/**
 * Opens backend and run folder, trains, and leaves the run's record with its end.
 *
 * @returns whether the training came to its end; false when it was interrupted, and how to go on was told
 */
export async function runTraining<Config extends CommonSettings>(
  spec: TrainCommandSpec<Config>,
  call: TrainingCall<Config>,
  team: Team = soloTeam,
): Promise<{ readonly isFinished: boolean }> {
  try {
    const end = await trainAsOne(spec, call, team);
    await leave(team, end);
    return end;
  } catch (error) {
    await team.fail(error);
    throw error;
  }
}

/** A training that has come to its end has done so, whatever becomes of the other workers now. */
async function leave(team: Team, { isFinished }: { readonly isFinished: boolean }): Promise<void> {
  try {
    await team.leave();
  } catch (error) {
    if (!(error instanceof WorkersLost && isFinished && isLeader(team.replicas))) throw error;
  }
}

async function trainAsOne<Config extends CommonSettings>(
  spec: TrainCommandSpec<Config>,
  { config, extra, preset = 'none' }: TrainingCall<Config>,
  team: Team,
): Promise<{ readonly isFinished: boolean }> {
  const { seed, keepCheckpoints } = config as { seed: number; keepCheckpoints: number };
  if (extra.run !== null && extra.resume !== null) {
    throw new ConfigError('run', `--run ${extra.run} and --resume ${extra.resume} are both given; give one of them.`);
  }
  checkFromStep(extra, spec.stepBack);
  checkTraining(spec, config);
  const keyNotes: string[] = [];
  const key = await keyOf(extra, spec.whyNoKey(config), (line) => keyNotes.push(line));
  const backend = await openBackend(extra.device);
  await team.agree('settings', comparedSettings(config, spec.resumeRules));
  await team.agree('software', { TensorFlow: backend.tensorflowVersion, key: key?.digest ?? null });
  const { replicas } = team;
  const leads = isLeader(replicas);
  const openLeader = () =>
    openRun({
      folder: extra.resume ?? extra.run ?? makeRunFolder(createRunFolderName(spec.app, preset, new Date())),
      config: { ...config, preset, ...(key === undefined ? {} : { [KEY_DIGEST]: key.digest }) },
      seed,
      backend,
      resume: extra.resume !== null,
      resumeRules: { ...spec.resumeRules, preset: 'free' },
      defaults: defaultsOf(spec.schema),
      fromStep: extra.fromStep ?? undefined,
      keepLast: keepCheckpoints,
    });
  const run = agreeing(team, leads ? await openLeader() : await openFollowerRun(extra));
  const keyFlag = extra.keyFile === null ? '' : ` --key-file ${forUsersShell(extra.keyFile)}`;
  const resumeCommand =
    `npx nx run ${spec.app}:${spec.command ?? 'train'} -- --resume ${forUsersShell(run.folder)}` + keyFlag;
  for (const line of keyNotes) run.note(line);
  const note = (text: string) => {
    if (process.stdout.isTTY) process.stdout.write('\n'); // below the progress bar
    run.note(text);
  };
  const interrupt = watchInterrupts({
    note,
    leave: () => {
      if (extra.resume === null && removeUnusedRun(run.folder)) {
        process.stdout.write('Stopped before the first step; nothing is kept.\n');
      } else interrupt.finish(undefined, spec.goOn ?? resumeCommand);
    },
  });
  try {
    const { isFinished, step } = await spec.train(config, {
      run,
      preset,
      key,
      facts: { ...(await runFacts(backend)), ...factsOf(replicas) },
      replicas,
      interrupt,
    });
    if (!leads) return { isFinished: true };
    if (isFinished) await run.keepEnd(step);
    else interrupt.finish(step, spec.goOn ?? resumeCommand);
    return { isFinished };
  } catch (error) {
    if (error instanceof Interrupted) {
      interrupt.finish(undefined, spec.goOn ?? resumeCommand);
      return { isFinished: false };
    }
    if (extra.resume === null) removeUnusedRun(run.folder);
    throw error;
  } finally {
    interrupt.stop();
    run.close();
    await nextTurn();
    forgetLostOutput(); // it stands in log.txt
  }
}

/** The settings on which numbers depend. */
function comparedSettings(config: object, rules: Readonly<Record<string, ResumeRule>>): JsonObject {
  const settings = Object.entries(toJsonObject(config, 'config'));
  return Object.fromEntries(settings.filter(([key]) => rules[key] !== 'free'));
}

/** The same run, which keeps data only that all workers have. */
function agreeing(team: Team, run: Run): Run {
  return {
    ...run,
    async keepData(data) {
      const { network, splits } = identityOf(data);
      await team.agree('data', { network, splits: toJsonObject(splits, 'splits') });
      await run.keepData(data);
    },
  };
}

function factsOf({ part }: Replicas): Record<string, number> {
  return part.count === 1 ? {} : { workers: part.count };
}

/** @throws ConfigError for a key that has no effect, or is not the run's; DataError for a file that holds none */
async function keyOf(
  { keyFile, resume }: { readonly keyFile: string | null; readonly resume: string | null },
  whyNone: string | undefined,
  note: (line: string) => void,
): Promise<Key | undefined> {
  if (keyFile !== null && whyNone !== undefined) {
    throw new ConfigError('keyFile', `--key-file has no effect: ${whyNone}. Leave it out.`);
  }
  if (resume === null) return keyFile === null ? undefined : readOrMakeKey(keyFile, note);
  const key = keyFile === null ? undefined : await readKey(keyFile, note);
  checkKey(resume, await readRunConfig(resume), key);
  return key;
}

function checkFromStep(
  { resume, fromStep }: { readonly resume: string | null; readonly fromStep: number | null },
  stepBack: string | undefined,
): void {
  if (fromStep === null) return;
  if (stepBack !== undefined) throw new ConfigError('fromStep', `--from-step has no effect here. ${stepBack}`);
  if (resume === null) {
    throw new ConfigError(
      'fromStep',
      `--from-step ${fromStep} goes back in a run, but none is given. Pass --resume DIR, the folder of the run.`,
    );
  }
}

/** Checks what spans several settings, those that all apps have and the app's own. @throws ConfigError */
export function checkTraining<Config extends z.ZodObject>(
  { checkConfig }: Pick<TrainCommandSpec<Config>, 'checkConfig'>,
  config: z.output<Config>,
): void {
  checkMilestones(config);
  checkParts(config);
  checkConfig(config);
}

/** @throws ConfigError unless the micro-batches of all workers are equal parts of a batch */
export function checkParts(config: object, numWorkers = 1): void {
  const { data } = z.object({ batchSize: z.number(), accumulate: z.number() }).safeParse(config);
  if (data === undefined) return;
  const { batchSize, accumulate } = data;
  if (batchSize % (numWorkers * accumulate) === 0) return;
  if (numWorkers === 1) {
    throw new ConfigError(
      'accumulate',
      `accumulate is ${accumulate}, but batchSize ${batchSize} cannot be cut into as many equal parts. ` +
        `Give a number that divides ${batchSize}.`,
    );
  }
  const parts = accumulate === 1 ? '' : ` of ${accumulate} micro-batches each (--accumulate)`;
  throw new ConfigError(
    'batchSize',
    `batchSize ${batchSize} cannot be shared out to ${numWorkers} workers${parts} in equal parts. ` +
      `Expected a multiple of ${numWorkers * accumulate}.`,
  );
}

/** Where an app has them: epochs at which the learning rate falls. @throws ConfigError unless they rise */
function checkMilestones(config: object): void {
  const { data } = z.object({ milestones: z.array(z.number()) }).safeParse(config);
  if (data === undefined || data.milestones.every((epoch, i, all) => i === 0 || epoch > all[i - 1]!)) return;
  throw new ConfigError(
    'milestones',
    `milestones is ${data.milestones.join(', ')}, expected rising epochs, such as 40, 60.`,
  );
}
