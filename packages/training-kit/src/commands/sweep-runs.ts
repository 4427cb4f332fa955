// What commands of several runs do once the runs are planned: list them, tell how far they are, or make those that are missing.
import { dirname, join } from 'node:path';
import type { z } from 'zod';
import { stepFileName } from '../checkpoint/checkpoint.js';
import { ConfigError, DataError } from '../errors.js';
import { type PublishOptions, publishResults } from '../results/publish-results.js';
import type { ResumeRules } from '../run/resume-rules.js';
import type { Experiment, Scale } from '../sweep/experiment.js';
import { measureRuns, readMeasured } from '../sweep/measures.js';
import type { SweptRun } from '../sweep/outcome.js';
import type { Plan, PlannedRun } from '../sweep/planned-run.js';
import { runQueue, shardOf } from '../sweep/queue.js';
import { runList } from '../sweep/run-list.js';
import { type RunState, stateOfRun } from '../sweep/run-state.js';
import type { Sweep } from '../sweep/sweep-page.js';
import { writeSweep } from '../sweep/write-sweep.js';
import { openBackend } from './backend.js';
import type { QueueFlags } from './queue-flags.js';
import { checkKeys, isKeyed, keyFileOf } from './queue-keys.js';
import { type CommonSettings, type NetworkCommandSpec, runTraining } from './training.js';

export interface SweepRunsOptions<Config extends CommonSettings> {
  readonly spec: NetworkCommandSpec<Config>;
  readonly plan: Plan<z.output<Config>, QueueFlags>;
  readonly title: string;
  /** The line that goes on with what is missing. */
  readonly goOn: string;
  /** What the runs are for, where it is more than a comparison. */
  readonly experiment?: Pick<Experiment, 'about' | 'measure' | 'outcome'> & {
    readonly name: string;
    readonly scale: Scale;
  };
  /** Where a page of what is finished goes; then nothing is trained. */
  readonly publish?: Pick<PublishOptions, 'folder' | 'slug' | 'command'> | undefined;
}

/** Ends with an error where runs failed; those that another process has are told. */
export async function runSweep<Config extends CommonSettings>(options: SweepRunsOptions<Config>): Promise<void> {
  const { spec, plan, goOn, experiment } = options;
  const { flags } = plan;
  const folder = dirname(plan.runs[0]!.folder);
  const stateOf = (run: PlannedRun<z.output<Config>>): Promise<RunState> =>
    stateOfRun(run, { schema: spec.schema, rules: rulesOf(spec, run) });
  const isMeasured = ({ beginsFrom }: PlannedRun<z.output<Config>>): boolean =>
    experiment?.measure !== undefined && beginsFrom === undefined;
  const lookAt = async (run: PlannedRun<z.output<Config>>): Promise<SweptRun> => {
    const told = { run, state: await stateOf(run), size: spec.sizeOf(run.config), cost: spec.costOf(run.config) };
    if (experiment === undefined || !isMeasured(run)) return told;
    return { ...told, measured: await readMeasured(run.folder, experiment.name, told.state.step) };
  };
  const look = async (runs: readonly PlannedRun<z.output<Config>>[]): Promise<SweptRun[]> => {
    const swept: SweptRun[] = [];
    for (const run of runs) swept.push(await lookAt(run)); // in order: of several that are wrong the first is told
    return swept;
  };
  const runs = shard(plan.runs, flags.shard);
  const swept = await look(plan.runs); // before anything is trained: a run of other settings in one of the folders is a wrong call
  if (options.publish !== undefined) {
    const page = await publishResults({ ...options.publish, sweep: sweepOf(options, swept) });
    console.log(`Published: ${page}`);
    return;
  }
  if (flags.dryRun || flags.status) console.log(runList(swept));
  if (flags.dryRun) return;
  if (flags.status) {
    console.log(`Page: ${await writePage(options, folder, swept)}`);
    return;
  }
  const toDo = runs.filter((run) => {
    const { state, measured } = swept[plan.runs.indexOf(run)]!;
    return state.status !== 'finished' || (isMeasured(run) && measured === undefined);
  });
  await checkKeys(spec, { runs, toDo, keyFile: flags.keyFile, note: console.log });
  const end = await runQueue({
    runs,
    stateOf,
    train: async (run, isBegun) => {
      const { config, preset, folder: place, beginsFrom } = run;
      const where = isBegun ? { run: null, resume: place } : { run: place, resume: null };
      const keyFile = await keyFileOf(spec, run, flags.keyFile);
      const extra = { ...where, fromStep: null, keyFile, device: flags.device };
      const begin = beginsFrom === undefined ? {} : { [START_FROM]: await lastCheckpoint(beginsFrom, stateOf) };
      const call = { config: { ...config, ...begin }, preset, extra };
      return runTraining({ ...spec, resumeRules: rulesOf(spec, run), goOn }, call);
    },
    note: console.log,
  });
  if (end.numElsewhere > 0) console.log(`${end.numElsewhere} of the runs are being made by other processes.`);
  let numUnmeasured = 0;
  if (!end.isInterrupted && experiment?.measure !== undefined) {
    await openBackend(flags.device);
    const { name, scale, measure } = experiment;
    const ofRun = async (folder: string) => ((await isKeyed(folder)) ? flags.keyFile : null);
    const options = { name, scale, measure, keyFileOf: ofRun, note: console.log };
    numUnmeasured = await measureRuns(await look(runs.filter(isMeasured)), options);
  }
  const page = await writePage(options, folder, await look(plan.runs));
  if (end.isInterrupted) return; // how to go on was told
  console.log(`Page: ${page}`);
  if (end.numFailed > 0) {
    throw new DataError(
      folder,
      `${end.numFailed} of ${runs.length} runs failed; the page says why. Go on with: ${goOn}`,
    );
  }
  if (numUnmeasured > 0) {
    throw new DataError(
      folder,
      `${numUnmeasured} of ${runs.length} runs were not measured; lines above say why. Go on with: ${goOn}`,
    );
  }
}

/** A setting that the queue gives: a folder of runs may be moved, and is not at the same place on all machines. */
const START_FROM = 'startFrom';

function rulesOf<Config extends CommonSettings>(
  { resumeRules }: NetworkCommandSpec<Config>,
  { beginsFrom }: PlannedRun<z.output<Config>>,
): ResumeRules<z.output<Config>> {
  return beginsFrom === undefined ? resumeRules : { ...resumeRules, [START_FROM]: 'free' };
}

/** The weights that a run ended with. */
async function lastCheckpoint<Config>(
  run: PlannedRun<Config>,
  stateOf: (run: PlannedRun<Config>) => Promise<RunState>,
): Promise<string> {
  return join(run.folder, 'checkpoints', stepFileName((await stateOf(run)).step));
}

/** Every n-th run, with those that begin from it. @throws ConfigError */
function shard<Config>(runs: readonly PlannedRun<Config>[], wanted: string | null): readonly PlannedRun<Config>[] {
  if (wanted === null) return runs;
  try {
    const own = shardOf(
      runs.filter(({ beginsFrom }) => beginsFrom === undefined),
      wanted,
    );
    return runs.filter((run) => own.includes(run.beginsFrom ?? run));
  } catch (cause) {
    throw new ConfigError('shard', (cause as RangeError).message, { cause });
  }
}

/** Page, charts and table, beside the runs' folders. */
async function writePage<Config extends CommonSettings>(
  options: SweepRunsOptions<Config>,
  folder: string,
  runs: readonly SweptRun[],
): Promise<string> {
  return writeSweep(folder, sweepOf(options, runs));
}

function sweepOf<Config extends CommonSettings>(
  { plan, title, experiment }: SweepRunsOptions<Config>,
  runs: readonly SweptRun[],
): Sweep {
  const { about = [], outcome = () => [] } = experiment ?? {};
  return { title, axes: plan.axes, runs, about, outcome: outcome(runs) };
}
