// A claim of the paper as a list of trainings, at a scale that two cores can do and at the paper's own.
import { dirname, join } from 'node:path';
import type { z } from 'zod';
import type { CommandSpec } from '../command-line/command-line.js';
import { namesFlag, settingsOf } from '../command-line/settings.js';
import type { Section } from '../report/content.js';
import { type Axis, expandAxes } from './axes.js';
import type { Measure } from './measures.js';
import type { SweptRun } from './outcome.js';
import { type Plan, type PlannedRun, planRuns } from './planned-run.js';

export const scales = ['small', 'full'] as const;
export type Scale = (typeof scales)[number];

/** A table or figure of the paper, or a question of our own. */
export interface Experiment {
  /** Such as `Figure 5: permutation and reflection`. */
  readonly title: string;
  /** One line for lists. */
  readonly summary: string;
  /**
   * What is claimed and by whom, the paper's numbers: stands first on the page. The first section's note, or its first paragraph
   * where it has none, begins with the claim in one sentence, which lists of results show.
   */
  readonly about: readonly Section[];
  /** By scale and variant: flags as `sweep` takes them, such as `--preset quick --seed 1..3`. */
  readonly runs: Readonly<Record<Scale, Readonly<Record<string, string>>>>;
  /**
   * Second trainings of each run of `runs`, from the weights that it ended with (`--start-from`, set by the queue): by scale
   * and name their flags beside those of the run. They are runs of their own, in folders named `RUN,NAME`.
   */
  readonly after?: Readonly<Record<Scale, Readonly<Record<string, string>>>>;
  /** What is found out about each network of `runs` once it is trained, beyond its scores. */
  readonly measure?: Measure;
  /** Pictures and tables of what came out, beside those that every page has. Called while runs are missing, too. */
  readonly outcome?: (runs: readonly SweptRun[]) => readonly Section[];
}

/** Flags by name. */
type Lines = Readonly<Record<string, string>>;

const VARIANT = 'variant';
const AFTER = 'after';

/**
 * The runs of all variants, each with its second trainings behind it; each run's name begins with that of its variant.
 *
 * @param words flags of the user's, for all runs; they count over those of the experiment
 * @returns undefined when help was printed
 * @throws ConfigError as `planRuns`
 */
export function planExperiment<Config extends z.ZodObject, Flags extends z.ZodObject>(
  spec: CommandSpec<Config, Flags>,
  { variants, after = {} }: { readonly variants: Lines; readonly after?: Lines | undefined },
  words: readonly string[],
  { folder, check }: { readonly folder: string; readonly check: (config: z.output<Config>) => void },
): Plan<z.output<Config>, z.output<Flags>> | undefined {
  const plans = Object.entries(variants).map(([variant, flags]) => ({
    variant,
    plan: planRuns(spec, [...flags.split(' '), ...words], { folderOf: () => folder, check }),
  }));
  const runs: PlannedRun<z.output<Config>>[] = [];
  const axes = new Map<string, Axis>([[VARIANT, { key: VARIANT, flag: VARIANT, values: Object.keys(variants) }]]);
  const addAxes = (added: readonly Axis[]): void => {
    for (const axis of added) {
      const before = axes.get(axis.key)?.values ?? [];
      axes.set(axis.key, { ...axis, values: [...new Set([...before, ...axis.values])] });
    }
  };
  for (const { variant, plan } of plans) {
    if (plan === undefined) return undefined;
    addAxes(plan.axes);
    for (const planned of plan.runs) {
      const name = planned.values.size === 0 ? variant : `${variant},${planned.name}`;
      const values = new Map([[VARIANT, variant], ...planned.values]);
      const run = { ...planned, name, folder: join(folder, name), values };
      runs.push(run);
      for (const [second, flags] of Object.entries(after)) {
        const own = planAfter(spec, run, { name: second, flags }, words, check);
        addAxes(own.axes);
        runs.push(...own.runs);
      }
    }
  }
  return { axes: [...axes.values()], runs, flags: plans[0]!.plan!.flags };
}

/** The second trainings of one name of a run. What the user sets for all runs counts over the flags, but for what `run` differs in. */
function planAfter<Config extends z.ZodObject, Flags extends z.ZodObject>(
  spec: CommandSpec<Config, Flags>,
  run: PlannedRun<z.output<Config>>,
  { name: second, flags }: { readonly name: string; readonly flags: string },
  words: readonly string[],
  check: (config: z.output<Config>) => void,
): Pick<Plan<z.output<Config>, unknown>, 'axes' | 'runs'> {
  const { axes: usersAxes, combinations } = expandAxes(words, settingsOf(spec.schema));
  const usersWords = combinations[0]!.words.filter((word) => !usersAxes.some(({ flag }) => namesFlag(word, flag)));
  const line = [...run.words, ...flags.split(' '), ...usersWords, `--start-from=${run.folder}`];
  const { axes, runs } = planRuns(spec, line, { folderOf: () => dirname(run.folder), check })!;
  const planned = runs.map((own) => {
    const name = [run.name, second, ...(own.values.size === 0 ? [] : [own.name])].join(',');
    const values = new Map([...run.values, [AFTER, second], ...own.values]);
    return { ...own, name, folder: join(dirname(run.folder), name), values, beginsFrom: run };
  });
  return { axes: [{ key: AFTER, flag: AFTER, values: [second] }, ...axes], runs: planned };
}
