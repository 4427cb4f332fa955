// How far each run of a sweep has come, told by its folder alone: whoever made it, and on whichever machine.
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { settingsAlone } from '../command-line/config-layers.js';
import { defaultsOf } from '../command-line/settings.js';
import { ConfigError } from '../errors.js';
import { writeFileAtomically } from '../files/atomic-file.js';
import { toJsonObject } from '../json/json.js';
import { isFolderHeld } from '../run/folder-lock.js';
import { type LogEntry, openMetricsLog } from '../run/metrics-log.js';
import { differingSettings, type ResumeRule, shown } from '../run/resume-rules.js';
import { readRunRecord, type RunRecord } from '../run/run-record.js';
import type { PlannedRun } from './planned-run.js';

/** `stopped`: begun, and to be gone on with. `failed`: begun, and ended by an error. */
export type RunStatus = 'waiting' | 'running' | 'stopped' | 'failed' | 'finished';

/** What a run's folder tells. */
export interface RunState {
  readonly status: RunStatus;
  /** Updates made, as far as they were logged. */
  readonly step: number;
  /** Why it failed. */
  readonly reason?: string;
  /** All that was logged. */
  readonly history: readonly LogEntry[];
}

const FAILURE = 'failure.txt';

/**
 * Looks at a run's folder.
 *
 * @param rules what may differ between what is there and what is planned: settings that are `free`
 * @throws ConfigError when the folder holds a run of other settings; DataError when it cannot be read
 */
export async function stateOfRun(
  { folder, name, config }: PlannedRun<object>,
  { schema, rules }: { readonly schema: z.ZodObject; readonly rules: Readonly<Record<string, ResumeRule>> },
): Promise<RunState> {
  const file = join(folder, 'config.json');
  if (!existsSync(file)) return { status: isFolderHeld(folder) ? 'running' : 'waiting', step: 0, history: [] };
  const record = await readRunRecord(file);
  const past = settingsAlone({ ...toJsonObject(defaultsOf(schema), 'defaults'), ...record.config }, schema);
  const differing = differingSettings(past, toJsonObject(config, 'config'), rules)
    .filter(({ rule }) => rule !== 'free')
    .map(({ setting, was, is }) => `${setting} was ${shown(was)}, is ${shown(is)}`);
  if (differing.length > 0) {
    throw new ConfigError(
      'name',
      `${folder} holds a run ${name} with other settings: ${differing.join('; ')}. Name another folder with --runs-folder.`,
    );
  }
  return stateInFolder(folder, record);
}

/** How far the run of `record`, which `folder` holds, has come. @throws DataError when its log cannot be read */
export async function stateInFolder(folder: string, record: RunRecord): Promise<RunState> {
  const history = openMetricsLog(join(folder, 'metrics.jsonl')).read();
  const step = history.at(-1)?.step ?? 0;
  return { step, history, ...(await statusOf(folder, record)) };
}

async function statusOf(folder: string, record: RunRecord): Promise<Pick<RunState, 'status' | 'reason'>> {
  if (isFolderHeld(folder)) return { status: 'running' };
  if (record.finishedStep !== undefined) return { status: 'finished' };
  const file = join(folder, FAILURE);
  return existsSync(file) ? { status: 'failed', reason: (await readFile(file, 'utf8')).trim() } : { status: 'stopped' };
}

/** Keeps why a run failed, until it is tried again. */
export async function keepFailure(folder: string, reason: string): Promise<void> {
  if (existsSync(folder)) await writeFileAtomically(join(folder, FAILURE), `${reason}\n`);
}

export async function forgetFailure(folder: string): Promise<void> {
  await rm(join(folder, FAILURE), { force: true });
}
