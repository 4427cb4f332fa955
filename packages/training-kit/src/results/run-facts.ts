// How the runs behind a result were made, as their folders tell: seeds, commits, machines, times.
import { join } from 'node:path';
import { isJsonObject, type JsonValue } from '../json/json.js';
import { readRunRecord, type RunRecord } from '../run/run-record.js';
import { secondsTrained, type SweptRun } from '../sweep/outcome.js';
import { counted } from '../words/counted.js';
import { formatDuration } from '../words/duration.js';

export interface Fact {
  readonly name: string;
  readonly value: string;
}

/** @param runs that are finished @throws DataError where a run's record cannot be read */
export async function factsOfRuns(runs: readonly SweptRun[]): Promise<Fact[]> {
  const records: RunRecord[] = [];
  for (const { run } of runs) records.push(await readRunRecord(join(run.folder, 'config.json')));
  const starts = records.flatMap((record) => record.starts);
  const distinct = (values: readonly string[]): string =>
    [...new Set(values)].filter((value) => value !== '').join('; ');
  const days = starts.map((start) => textAt(start, 'startedAt').slice(0, 10)).sort();
  const seconds = runs.map(secondsTrained);
  const known = seconds.flatMap((value) => value ?? []);
  const total = known.reduce((sum, value) => sum + value, 0);
  return [
    { name: 'Seeds', value: distinct(records.map(({ seed }) => String(seed))) },
    { name: 'Commits', value: distinct(starts.map(commitOf)) },
    { name: 'Processor', value: distinct(starts.map(processorOf)) },
    { name: 'TensorFlow', value: distinct(starts.map(tensorflowOf)) },
    {
      name: 'Time',
      value: known.length === 0 ? '' : `${formatDuration(total)} in all, ${formatDuration(total / known.length)} a run`,
    },
    { name: 'Begun', value: distinct([days[0] ?? '', days.at(-1) ?? '']).replace('; ', ' to ') },
  ].filter(({ value }) => value !== '');
}

function commitOf(start: JsonValue): string {
  const commit = textAt(start, 'git', 'commit').slice(0, 7);
  return valueAt(start, 'git', 'isDirty') === true ? `${commit} with changes that were not committed` : commit;
}

function processorOf(start: JsonValue): string {
  const cpu = textAt(start, 'system', 'cpu');
  const cores = valueAt(start, 'system', 'numCores');
  const simd = valueAt(start, 'backend', 'simd');
  const instructions = Array.isArray(simd) && simd.length > 0 ? `, ${simd.join(' ')}` : '';
  if (cpu === '') return '';
  return `${cpu}, ${typeof cores === 'number' ? counted(cores, 'core') : 'cores unknown'}${instructions}`;
}

function tensorflowOf(start: JsonValue): string {
  const [version, device] = [textAt(start, 'backend', 'tensorflowVersion'), textAt(start, 'backend', 'device')];
  const threads = valueAt(start, 'backend', 'threads');
  if (version === '') return '';
  return `${version} on ${device}${typeof threads === 'number' ? `, ${counted(threads, 'thread')}` : ''}`;
}

function textAt(value: JsonValue, ...path: readonly string[]): string {
  const found = valueAt(value, ...path);
  return typeof found === 'string' ? found : '';
}

/** Undefined where older versions wrote less. */
function valueAt(value: JsonValue, ...path: readonly string[]): JsonValue | undefined {
  let found: JsonValue | undefined = value;
  for (const key of path) found = found !== undefined && isJsonObject(found) ? found[key] : undefined;
  return found;
}
