// What happened during a run, for the report: settings that were changed, evaluations that failed.
import { stableJson } from '../json/json.js';
import type { Run } from './run-folder.js';

/** By name, to stand among the facts of a report; nothing where all went as it began. */
export function runEvents(run: Pick<Run, 'changes' | 'history'>): Record<string, string> {
  const changes = run
    .changes()
    .map(({ step, setting, was, is }) => `${setting} ${stableJson(is)} from step ${step} on (was ${stableJson(was)})`);
  const failed = run.history().flatMap(({ step, metrics }) => (metrics.evaluationFailed === 1 ? [step] : []));
  return {
    ...(changes.length === 0 ? {} : { 'changed settings': changes.join('; ') }),
    ...(failed.length === 0 ? {} : { 'failed evaluations': `of steps ${failed.join(', ')}; log.txt says why` }),
  };
}
