// `nx run APP:experiment`: the trainings behind a table or figure of the paper, and a page that sets them beside its numbers.
import { join } from 'node:path';
import { z } from 'zod';
import { type CommandSpec, parseCommandLine, wordsOf } from '../command-line/command-line.js';
import { flagWords } from '../command-line/flag-words.js';
import { pathText, settingsOf } from '../command-line/settings.js';
import { shellQuoted } from '../command-line/users-folder.js';
import { ConfigError } from '../errors.js';
import { type Experiment, planExperiment, scales } from '../sweep/experiment.js';
import { didYouMean } from '../words/nearest.js';
import { publishedWords } from './published-words.js';
import { checkQueueFlags, type QueueFlags, queueFlags } from './queue-flags.js';
import { runSweep } from './sweep-runs.js';
import { checkTraining, type CommonSettings, type NetworkCommandSpec } from './training.js';

const flagsSchema = z.strictObject({
  name: z.string().nullable().default(null).describe('which experiment; all are listed when left out'),
  scale: z.enum(scales).default('small').describe('what two cores do in hours, or the paper’s own size'),
  publish: pathText()
    .nullable()
    .default(null)
    .describe('write what is finished as a page with pictures into this folder, and end'),
  ...queueFlags,
});

/** Makes the runs of an experiment that are missing. */
export async function runExperimentCommand<Config extends CommonSettings>(
  spec: NetworkCommandSpec<Config>,
  experiments: Readonly<Record<string, Experiment>>,
  argv: readonly string[],
): Promise<void> {
  const command = `npx nx run ${spec.app}:experiment`;
  const [first = 'NAME'] = Object.keys(experiments);
  const words = wordsOf(argv);
  const commandSpec: CommandSpec<Config, typeof flagsSchema> = {
    name: `${command} --`,
    description:
      'Makes the trainings behind a table or figure of the paper, and a page that sets them beside its numbers. Runs what is ' +
      'missing; give the same line again to go on. Settings hold for all runs, over those of the experiment.',
    schema: spec.schema,
    presets: spec.presets,
    effects: spec.effects,
    extra: flagsSchema,
    examples: [
      { command, does: 'lists the experiments' },
      { command: `${command} -- --name ${first} --dry-run`, does: 'lists its runs' },
      { command: `${command} -- --name ${first} --seed 1..3`, does: 'makes them, with three seeds' },
      { command: `${command} -- --name ${first} --publish docs/results`, does: 'a page of them for the repository' },
      {
        command: `${command} -- --name ${first} --scale full --shard 1/4 --runs-folder DIR`,
        does: 'a quarter of the paper’s own runs',
      },
    ],
  };
  const call = parseCommandLine({ ...commandSpec, effects: [] }, ownFlagsIn(words));
  if (call === undefined) return;
  const { name, scale, runsFolder } = call.extra;
  if (name === null) {
    console.log(listOf(experiments));
    return;
  }
  const experiment = Object.hasOwn(experiments, name) ? experiments[name] : undefined;
  if (experiment === undefined) {
    const names = Object.keys(experiments);
    throw new ConfigError(
      'name',
      `Unknown experiment ${name}.${didYouMean(name, names)} There are: ${names.join(', ')}.`,
    );
  }
  const trainings = { variants: experiment.runs[scale], after: experiment.after?.[scale] };
  const plan = planExperiment(commandSpec, trainings, words, {
    folder: runsFolder ?? join('runs', spec.app, 'experiments', `${name}-${scale}`),
    check: (config) => {
      checkTraining(spec, config);
    },
  });
  if (plan === undefined) return;
  checkQueueFlags(plan.flags);
  const { publish } = plan.flags;
  if (publish !== null) checkPublishAlone(plan.flags);
  await runSweep({
    spec,
    plan,
    title: `${experiment.title} (${scale} scale)`,
    experiment: { ...experiment, name, scale },
    goOn: `${command} -- ${words.map(shellQuoted).join(' ')}`,
    publish:
      publish === null
        ? undefined
        : {
            folder: publish,
            slug: `${spec.app}-${name}${scale === 'small' ? '' : `-${scale}`}`,
            command: `${command} -- ${publishedWords(words, spec.schema, flagsSchema.omit({ name: true, scale: true }))}`,
          },
  });
}

function checkPublishAlone({ dryRun, status }: QueueFlags): void {
  if (!dryRun && !status) return;
  const other = dryRun ? '--dry-run' : '--status';
  throw new ConfigError('publish', `--publish and ${other} are both given; give one of them.`);
}

/** The command's own flags alone, and what prints and ends: settings may have several values, which only a plan reads. */
function ownFlagsIn(words: readonly string[]): string[] {
  const ending = ['--help', '-h', '--list-presets'];
  const own = flagWords(words, settingsOf(flagsSchema)).filter(({ setting }) => setting !== undefined);
  return [...own.flatMap((flag) => flag.words), ...words.filter((word) => ending.includes(word))];
}

function listOf(experiments: Readonly<Record<string, Experiment>>): string {
  const width = Math.max(...Object.keys(experiments).map((name) => name.length));
  const lines = Object.entries(experiments).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  return ['Experiments:', ...lines, 'Run one with --name; --dry-run lists its runs.'].join('\n');
}
