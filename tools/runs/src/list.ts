// `nx run runs:list`: a line a run.
import { alignedLines, parseCommandLine } from 'training-kit';
import type { PastRun } from 'training-kit/sweep';
import { z } from 'zod';
import { findRuns, whichRuns } from './which-runs.js';

const schema = z.strictObject(whichRuns);
const columns = ['state', 'step', 'began', 'scores', 'folder'] as const;

/** Lists runs as the flags say. */
export async function listCommand(argv: readonly string[]): Promise<void> {
  const command = 'npx nx run runs:list';
  const call = parseCommandLine(
    {
      name: `${command} --`,
      description: 'Lists runs of all apps: how far each has come, and its last scores.',
      schema,
      presets: {},
      extra: z.strictObject({}),
      examples: [
        { command, does: 'all runs below runs/' },
        { command: `${command} -- --folder runs/pose --only quick`, does: 'those of pose with quick in their path' },
      ],
    },
    argv,
  );
  if (call === undefined) return;
  console.log(listOf(await findRuns(call.config, console.log)));
}

/** A table as text. */
export function listOf(runs: readonly PastRun[]): string {
  return alignedLines([columns, ...runs.map(cellsOf)], () => false).join('\n');
}

function cellsOf({ folder, record, state }: PastRun): string[] {
  const began = record.starts[0]?.startedAt;
  return [
    state.status,
    String(state.step),
    typeof began === 'string' ? began.slice(0, 16).replace('T', ' ') : '-',
    scoresOf(state.history),
    folder,
  ];
}

/** Of test once it was read, of val before; losses stand on the page. */
function scoresOf(history: PastRun['state']['history']): string {
  const latest = new Map<string, number>();
  for (const { metrics } of history) for (const [name, value] of Object.entries(metrics)) latest.set(name, value);
  for (const split of ['test', 'val']) {
    const scores = [...latest].filter(([name]) => name.startsWith(split) && !/loss$/i.test(name));
    if (scores.length > 0) return scores.map(([name, value]) => `${name} ${value.toPrecision(4)}`).join(', ');
  }
  const loss = latest.get('loss');
  return loss === undefined ? '-' : `loss ${loss.toPrecision(4)}`;
}
