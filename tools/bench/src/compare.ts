// The comparison from options to report: choose → install → measure → check → write.
import { mkdir, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { createRunFolderName, gitState, systemFacts, writeReport } from 'training-kit';
import { comparisonsOf, selectVariants, type Sizes } from './contestants.js';
import { curveOf, curvePlans } from './curves.js';
import { updateDocs } from './docs-file.js';
import { measure, type Measurement } from './measure.js';
import { numGeneratedOf } from './network-size.js';
import { busyNotice, resolveThreads, type BenchExtra, type BenchOptions } from './options.js';
import { physicalCores } from './processor-cores.js';
import { checkAgreement, tableOf, type BenchResult, type ResultCurve, type ResultTable } from './result.js';
import { resultReport } from './result-report.js';
import { preparePrograms } from './worker-commands.js';
import { SECTIONS, type Comparison, type Side } from './workload.js';

const DOCS = join('docs', 'benchmarks.md');

/** Runs the comparison and writes result.json, the report and, when asked, the documents. Returns the result. */
export async function compare(
  options: BenchOptions,
  extra: BenchExtra,
  { preset, print }: { preset: string; print: (line: string) => void },
): Promise<BenchResult> {
  const startedAt = new Date();
  const loadAtStart = loadavg()[0]!;
  const notice = busyNotice(loadAtStart, physicalCores());
  if (notice !== undefined) print(notice);

  const sizes = resolveSizes(options);
  const comparisons = chosenComparisons(options, sizes);
  const plans = options.curves || options.only === 'curves' ? curvePlans(sizes, numGeneratedOf, options.variants) : [];
  const programs = await preparePrograms(
    sidesOf([...comparisons, ...plans.flatMap(({ points }) => points.map(({ comparison }) => comparison))]),
    extra.python,
    print,
  );

  const facts: Record<string, Measurement['facts']> = {};
  const measured = async (title: string, comparison: Comparison): Promise<ResultTable> => {
    print(`— ${title}`);
    const measurements = await measure(comparison, programs, { ...options, onProgress: print });
    checkAgreement(measurements);
    for (const { contestant, facts: found } of measurements) facts[contestant.side] = found;
    return tableOf(comparison, measurements);
  };
  const tables: ResultTable[] = [];
  for (const comparison of comparisons) tables.push(await measured(comparison.title, comparison));
  const curves: ResultCurve[] = [];
  for (const plan of plans) {
    const points: { x: number; table: ResultTable }[] = [];
    for (const { x, comparison } of plan.points) {
      points.push({ x, table: await measured(`${plan.title}: ${plan.xLabel} = ${x}`, comparison) });
    }
    curves.push(curveOf(plan, points));
  }

  const { width, ringSize, ...others } = sizes;
  const result: BenchResult = {
    startedAt: startedAt.toISOString(),
    command: ['npx nx run bench:compare', ...typedFlags(process.argv.slice(2))].join(' '),
    git: (await gitState(process.cwd())) ?? null,
    system: systemFacts(),
    loadAtStart,
    sizes: { width, M: numGeneratedOf(width), N: ringSize, ...others, rounds: options.numSteps },
    facts,
    tables,
    curves,
  };
  const folder = extra.run ?? createRunFolderName('bench', preset, startedAt);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'result.json'), `${JSON.stringify(result, undefined, 2)}\n`);
  const { html } = await writeReport(folder, resultReport(result));
  print(`Report: ${html}`);
  if (extra.updateDocs) {
    await updateDocs(DOCS, result);
    print(`Rewritten: the tables of ${DOCS}`);
  }
  return result;
}

/** What the options ask for. @throws ConfigError when they ask for nothing there is */
export function chosenComparisons({ only, variants }: BenchOptions, sizes: Sizes): Comparison[] {
  if (only === 'curves') return [];
  const sections = only === null ? SECTIONS : [only];
  return selectVariants(
    sections.flatMap((section) => comparisonsOf(section, sizes)),
    variants,
  );
}

/** Whose programs are needed. */
export function sidesOf(comparisons: readonly Comparison[]): Set<Side> {
  return new Set(comparisons.flatMap(({ contestants }) => contestants.map(({ side }) => side)));
}

/** The flags as a person types them behind nx; paths of this machine and switches that change no figure are left out. */
export function typedFlags(argv: readonly string[]): string[] {
  const flags: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i]!;
    if (word === '--' || word === '--update-docs') continue;
    if (word === '--run' || word === '--python') i++;
    else if (!word.startsWith('--run=') && !word.startsWith('--python=')) flags.push(word);
  }
  return flags.length === 0 ? [] : ['--', ...flags];
}

/** The sizes of all jobs; a share of M becomes a number of elements. */
export function resolveSizes(options: BenchOptions): Sizes {
  const { width, batchSize, imageSize } = options;
  const numGenerated = numGeneratedOf(width);
  const ringSize = options.ringSize <= 1 ? options.ringSize * numGenerated : options.ringSize;
  return {
    width,
    batchSize,
    imageSize,
    // A narrow network has fewer weights than the full one's default ring has elements.
    ringSize: Math.min(numGenerated, Math.max(1, Math.round(ringSize))),
    threads: resolveThreads(options),
  };
}
