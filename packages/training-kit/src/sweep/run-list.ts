// The runs of a sweep as lines of text: how far each has come, how large its network is and what it costs, how long
// it took.
import { costText } from '../weights/forward-cost.js';
import { alignedLines } from '../words/aligned-lines.js';
import { formatDuration } from '../words/duration.js';
import { secondsTrained, type SweptRun } from './outcome.js';

const columns = ['state', 'step', 'N', 'M', 'multiply-adds', 'time', 'run'] as const;

/** A line a run; then how many are finished, and how long those that are left would take. */
export function runList(runs: readonly SweptRun[]): string {
  const last = columns.length - 1;
  const lines = alignedLines([columns, ...runs.map(cellsOf)], (column) => column > 0 && column < last);
  return [...lines, `${runs.filter(isFinished).length} of ${runs.length} finished.${timeLeft(runs)}`].join('\n');
}

function cellsOf(swept: SweptRun): string[] {
  const { run, state, size, cost } = swept;
  const seconds = secondsTrained(swept);
  return [
    state.status,
    String(state.step),
    size?.ringSize.toLocaleString('en') ?? '-',
    size?.numGenerated.toLocaleString('en') ?? '-',
    cost === undefined ? '-' : costText(cost),
    seconds === undefined ? '-' : formatDuration(seconds),
    run.name,
  ];
}

/** At the mean of those that are finished: sizes differ, so it is a first guess. */
function timeLeft(runs: readonly SweptRun[]): string {
  const numLeft = runs.filter((run) => !isFinished(run)).length;
  if (numLeft === 0) return '';
  const known = runs.filter(isFinished).flatMap((run) => secondsTrained(run) ?? []);
  if (known.length === 0) return ' How long the others take is told once one is finished.';
  const mean = known.reduce((sum, seconds) => sum + seconds, 0) / known.length;
  return ` About ${formatDuration(numLeft * mean)} for the others, as those that are finished took one after the other.`;
}

function isFinished({ state }: SweptRun): boolean {
  return state.status === 'finished';
}
