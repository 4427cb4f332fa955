// A claim of the paper as a list of trainings, at a scale that two cores can do and at the paper's own.
import { join } from 'node:path';
import type { z } from 'zod';
import type { CommandSpec } from '../command-line/command-line.js';
import type { Section } from '../report/content.js';
import type { Axis } from './axes.js';
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
  /** What is found out about each network once it is trained, beyond its scores. */
  readonly measure?: Measure;
  /** Pictures and tables of what came out, beside those that every page has. Called while runs are missing, too. */
  readonly outcome?: (runs: readonly SweptRun[]) => readonly Section[];
}

const VARIANT = 'variant';

/**
 * The runs of all variants; each run's name begins with that of its variant.
 *
 * @param words flags of the user's, for all runs; they count over those of the experiment
 * @returns undefined when help was printed
 * @throws ConfigError as `planRuns`
 */
export function planExperiment<Config extends z.ZodObject, Flags extends z.ZodObject>(
  spec: CommandSpec<Config, Flags>,
  variants: Readonly<Record<string, string>>,
  words: readonly string[],
  { folder, check }: { readonly folder: string; readonly check: (config: z.output<Config>) => void },
): Plan<z.output<Config>, z.output<Flags>> | undefined {
  const plans = Object.entries(variants).map(([variant, flags]) => ({
    variant,
    plan: planRuns(spec, [...flags.split(' '), ...words], { folderOf: () => folder, check }),
  }));
  const runs: PlannedRun<z.output<Config>>[] = [];
  const axes = new Map<string, Axis>([[VARIANT, { key: VARIANT, flag: VARIANT, values: Object.keys(variants) }]]);
  for (const { variant, plan } of plans) {
    if (plan === undefined) return undefined;
    for (const axis of plan.axes) {
      const before = axes.get(axis.key)?.values ?? [];
      axes.set(axis.key, { ...axis, values: [...new Set([...before, ...axis.values])] });
    }
    for (const run of plan.runs) {
      const name = run.values.size === 0 ? variant : `${variant},${run.name}`;
      runs.push({ ...run, name, folder: join(folder, name), values: new Map([[VARIANT, variant], ...run.values]) });
    }
  }
  return { axes: [...axes.values()], runs, flags: plans[0]!.plan!.flags };
}
