// Each start of a run with where, on what and from which step it computed: told when it changes, listed in the report.
import { hostname } from 'node:os';
import { relative } from 'node:path';
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  leavesOf,
  stableJson,
  toJson,
  toJsonObject,
} from '../json/json.js';
import type { ReportContent, TableSection } from '../report/content.js';
import { programGit } from './program-folder.js';
import { systemFacts } from './system-facts.js';

/** The facts of a start of this process. `git` is that of the program's own sources; null where they are in no repository. */
export async function describeStart(backend: object, startedAtMs: number): Promise<JsonObject> {
  const [script, ...words] = process.argv.slice(1);
  return {
    startedAt: new Date(startedAtMs).toISOString(),
    host: hostname(),
    command: ['node', ...(script === undefined ? [] : [relative(process.cwd(), script)]), ...words],
    git: toJson((await programGit()) ?? null, 'git'),
    backend: toJsonObject(backend, 'backend'),
    system: toJsonObject(systemFacts(), 'system'),
  };
}

/**
 * What a start computes with other than the one before, such as `backend.name was "tensorflow", is "wasm"`. What only one
 * of them tells is no difference: older versions told less.
 */
export function differencesOfStarts(before: JsonObject, now: JsonObject): string[] {
  const [old, current] = [computingFacts(before), computingFacts(now)];
  return [...current].flatMap(([path, is]) => {
    const was = old.get(path);
    return was === undefined || was === is ? [] : [`${path} was ${was}, is ${is}`];
  });
}

/**
 * Adds to a report which start made which steps.
 *
 * @param lastStep updates made in all; left out for a run of several trainings, whose own reports tell the steps
 */
export function withStarts(report: ReportContent, starts: readonly JsonObject[], lastStep?: number): ReportContent {
  const section: TableSection = {
    kind: 'table',
    title: 'Starts',
    columns: ['started', 'steps', 'host', 'backend', 'TensorFlow', 'threads', 'Node', 'commit'].map((name) => ({
      name,
    })),
    rows: starts.map((start, i) => [
      text(start.startedAt),
      stepsOf(start, starts.slice(i + 1), lastStep),
      text(start.host),
      [fact(start, 'backend', 'name'), fact(start, 'backend', 'device')].join(', '),
      fact(start, 'backend', 'tensorflowVersion'),
      fact(start, 'backend', 'threads'),
      fact(start, 'system', 'node'),
      commitOf(start),
    ]),
  };
  return { ...report, sections: [...report.sections, section] };
}

const UNTOLD = '–';

/**
 * The steps of a start that were kept: what came behind the first step of any later start was made again. A start
 * without a first step ended before it had its checkpoint.
 */
function stepsOf({ fromStep }: JsonObject, later: readonly JsonObject[], lastStep: number | undefined): string {
  if (typeof fromStep !== 'number' || lastStep === undefined) return UNTOLD;
  const firsts = later.map((start) => start.fromStep).filter((step) => typeof step === 'number');
  const end = Math.min(lastStep, ...firsts);
  return end > fromStep ? `${fromStep + 1} to ${end}` : 'none';
}

function commitOf({ git }: JsonObject): string {
  if (!isJsonObject(git) || typeof git.commit !== 'string') return UNTOLD;
  return git.commit.slice(0, 12) + (git.isDirty === true ? ' with changes' : '');
}

function fact(start: JsonObject, group: string, name: string): string {
  const facts = start[group];
  return text(isJsonObject(facts) ? facts[name] : undefined);
}

function text(value: JsonValue | undefined): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : UNTOLD;
}

/** Path -> value as JSON, of all on which the bits of a result may depend. */
function computingFacts({ backend, system, git }: JsonObject): Map<string, string> {
  const { cpu, os, node } = isJsonObject(system) ? system : {};
  const commit = isJsonObject(git) ? git.commit : undefined;
  const facts = { backend, processor: cpu, system: os, Node: node, commit };
  return new Map(Array.from(leavesOf(facts), ([path, value]) => [path, stableJson(value)]));
}
