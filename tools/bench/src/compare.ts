// The comparison from options to report: choose → install → measure → check → write.
import { mkdir, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRunFolderName, gitState, systemFacts } from 'training-kit';
import { writeReport } from 'training-kit/report';
import { curveOf, curvePlans } from './curves.js';
import { measure } from './measure.js';
import { numGeneratedOf } from './network-size.js';
import { type BenchExtra, type BenchOptions, busyNotice, resolveThreads } from './options.js';
import { updateDocs } from './results/docs-file.js';
import { FoundSoFar } from './results/found-so-far.js';
import { type BenchResult, checkAgreement, type ResultTable } from './results/result.js';
import { resultReport } from './results/result-report.js';
import { comparisonsOf, selectVariants, type Sizes } from './workers/contestants.js';
import { type LeftOut, leftOutLine } from './workers/left-out.js';
import { physicalCores } from './workers/processor-cores.js';
import { preparePrograms } from './workers/worker-commands.js';
import { type Comparison, sections, type Side } from './workers/workload.js';

const docsFile = join('docs', 'benchmarks.md');

/** What a test may replace. */
export interface CompareContext {
  readonly preset: string;
  readonly print: (line: string) => void;
  readonly measure?: typeof measure;
  readonly preparePrograms?: typeof preparePrograms;
}

/**
 * Runs the comparison and writes result.json, the report and, when asked, the documents. Who cannot run here is left out.
 * Each finished part is written at once, so that it is there whatever comes later.
 *
 * @returns the whole result
 * @throws Error when nothing can run, or two contestants compute different numbers
 */
export async function compare(
  options: BenchOptions,
  extra: BenchExtra,
  { preset, print, measure: time = measure, preparePrograms: prepare = preparePrograms }: CompareContext,
): Promise<BenchResult> {
  const startedAt = new Date();
  const loadAtStart = loadavg()[0]!;
  const notice = busyNotice(loadAtStart, physicalCores());
  if (notice !== undefined) print(notice);

  const sizes = resolveSizes(options);
  const comparisons = chosenComparisons(options, sizes);
  const plans = options.curves || options.only === 'curves' ? curvePlans(sizes, numGeneratedOf, options.variants) : [];
  const programs = await prepare(
    sidesOf([...comparisons, ...plans.flatMap(({ points }) => points.map(({ comparison }) => comparison))]),
    extra.python,
    print,
  );

  const { width, ringSize, ...others } = sizes;
  const git = (await gitState(fileURLToPath(new URL('.', import.meta.url)))) ?? null;
  const found = new FoundSoFar({
    startedAt: startedAt.toISOString(),
    command: ['npx nx run bench:compare', ...typedFlags(process.argv.slice(2))].join(' '),
    git,
    system: systemFacts(),
    loadAtStart,
    sizes: { width, M: numGeneratedOf(width), N: ringSize, ...others, rounds: options.numSteps },
  });
  const folder = extra.run ?? createRunFolderName('bench', preset, startedAt);
  const measured = async (title: string, comparison: Comparison): Promise<ResultTable | undefined> => {
    print(`— ${title}`);
    const outcome = await time(comparison, programs, { ...options, onProgress: print });
    checkAgreement(outcome.measurements);
    return found.add(title, comparison, outcome);
  };
  try {
    for (const comparison of comparisons) {
      const table = await measured(comparison.title, comparison);
      if (table === undefined) continue;
      found.tables.push(table);
      await writeResult(folder, found.result(false));
    }
    for (const plan of plans) {
      const points: { x: number; table: ResultTable }[] = [];
      for (const { x, comparison } of plan.points) {
        const table = await measured(`${plan.title}: ${plan.xLabel} = ${x}`, comparison);
        if (table !== undefined) points.push({ x, table });
      }
      if (points.length === 0) continue;
      found.curves.push(curveOf(plan, points));
      await writeResult(folder, found.result(false));
    }
  } catch (error) {
    if (!found.isEmpty) await reportOn(folder, found.result(false), print);
    throw error;
  }
  if (found.isEmpty) throw new Error(nothingRan(found.leftOut));
  const result = found.result(true);
  await writeResult(folder, result);
  await reportOn(folder, result, print);
  if (extra.updateDocs) {
    await updateDocs(docsFile, result);
    print(`Rewritten: the tables of ${docsFile}`);
  }
  return result;
}

async function writeResult(folder: string, result: BenchResult): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'result.json'), `${JSON.stringify(result, undefined, 2)}\n`);
}

async function reportOn(folder: string, result: BenchResult, print: (line: string) => void): Promise<void> {
  const { html } = await writeReport(folder, resultReport(result));
  print(result.isComplete ? `Report: ${html}` : `Report of what was finished: ${html}`);
}

function nothingRan(leftOut: readonly LeftOut[]): string {
  const lines = [...new Set(leftOut.map(leftOutLine))].map((line) => `  ${line}`);
  return `None of the contestants can run here:\n${lines.join('\n')}\n--variants chooses others.`;
}

/** What the options ask for. @throws ConfigError when they ask for nothing there is */
export function chosenComparisons({ only, variants }: BenchOptions, sizes: Sizes): Comparison[] {
  if (only === 'curves') return [];
  const chosen = only === null ? sections : [only];
  return selectVariants(
    chosen.flatMap((section) => comparisonsOf(section, sizes)),
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
