// `nx run runs:compare`: runs on one page, by the settings in which they differ.
import { parseCommandLine, pathText } from 'training-kit';
import { byDifferingSettings, writeSweep } from 'training-kit/sweep';
import { z } from 'zod';
import { findRuns, whichRuns } from './which-runs.js';

const schema = z.strictObject({
  ...whichRuns,
  page: pathText().default('runs/compared').describe('folder for the page and runs.csv'),
});

/** Compares runs as the flags say. */
export async function compareCommand(argv: readonly string[]): Promise<void> {
  const command = 'npx nx run runs:compare';
  const call = parseCommandLine(
    {
      name: `${command} --`,
      description: 'Sets runs beside each other: settings in which they differ, means over seeds, curves.',
      schema,
      presets: {},
      extra: z.strictObject({}),
      examples: [
        { command: `${command} -- --folder runs/classification`, does: 'all runs of an app' },
        { command: `${command} -- --only shared,independent --page runs/sharing`, does: 'those with such a path' },
      ],
    },
    argv,
  );
  if (call === undefined) return;
  const runs = await findRuns(call.config, console.log);
  const html = await writeSweep(call.config.page, { title: 'Runs side by side', ...byDifferingSettings(runs) });
  console.log(`${runs.length} runs. Page: ${html}`);
}
