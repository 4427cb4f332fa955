// `nx run APP:sweep`: the trainings of all combinations of the settings given, a page that compares them, a CSV.
import { join } from 'node:path';
import { z } from 'zod';
import { wordsOf } from '../command-line/command-line.js';
import { shellQuoted } from '../command-line/users-folder.js';
import { ConfigError } from '../errors.js';
import type { Axis } from '../sweep/axes.js';
import { planRuns } from '../sweep/planned-run.js';
import { checkQueueFlags, queueFlags } from './queue-flags.js';
import { runSweep } from './sweep-runs.js';
import { checkTraining, type CommonSettings, type NetworkCommandSpec } from './training.js';

const flagsSchema = z.strictObject({
  name: z
    .string()
    .nullable()
    .default(null)
    .describe('of the sweep, and of its folder; made of the flags that have several values when left out'),
  ...queueFlags,
});

/** Makes the runs of a sweep that are missing. */
export async function runSweepCommand<Config extends CommonSettings>(
  spec: NetworkCommandSpec<Config>,
  argv: readonly string[],
): Promise<void> {
  const command = `npx nx run ${spec.app}:sweep`;
  const plan = planRuns(
    {
      name: `${command} --`,
      description:
        `${spec.description} All combinations of the values given, one training each: commas between values, 1..3 for a ` +
        'range of whole numbers, on,off for switches. Runs what is missing; give the same line again to go on.',
      schema: spec.schema,
      presets: spec.presets,
      defaultPreset: spec.defaultPreset,
      effects: spec.effects,
      extra: flagsSchema,
      examples: [
        {
          command: `${command} -- --learning-rate 0.001,0.003,0.01 --seed 1..3`,
          does: 'nine trainings, and a page with mean and spread',
        },
        { command: `${command} -- --preset ${spec.defaultPreset} --seed 1..5 --dry-run`, does: 'lists the five runs' },
      ],
    },
    argv,
    {
      folderOf: ({ runsFolder, name }, axes) => runsFolder ?? join('runs', spec.app, 'sweeps', name ?? nameOf(axes)),
      check: (config) => {
        checkTraining(spec, config);
      },
    },
  );
  if (plan === undefined) return;
  checkQueueFlags(plan.flags);
  checkName(plan.flags.name);
  const title = plan.flags.name ?? nameOf(plan.axes);
  const goOn = `${command} -- ${wordsOf(argv).map(shellQuoted).join(' ')}`;
  await runSweep({ spec, plan, title: `Sweep ${title}`, goOn });
}

function checkName(name: string | null): void {
  if (name !== null && !/^\w[\w.-]*$/.test(name)) {
    throw new ConfigError(
      'name',
      `--name ${name} is no name of a folder, expected letters, digits, dots and dashes, such as ring-sizes.`,
    );
  }
}

/** `ring-size-seed`: the same flags with other values add to the same sweep. */
function nameOf(axes: readonly Axis[]): string {
  return axes.length === 0 ? 'single' : axes.map(({ flag }) => flag).join('-');
}
