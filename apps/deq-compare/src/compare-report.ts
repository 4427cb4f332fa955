// The report of a comparison: table 1 with ours beside the paper's, accuracy against parameters, times, searches.
import {
  epochAxis,
  heldOutCurve,
  metricCurve,
  type LineSeries,
  type ReportContent,
  type Section,
  type StepTimes,
  type SummaryCard,
  type TableSection,
} from 'training-kit';
import type { FinishedMember } from './compare.js';
import type { ComparisonConfig } from './compare-config.js';
import { datasetFacts } from './data/dataset.js';
import type { InferenceTimes } from './inference-times.js';
import { networkTitle, stepsAxis } from './report.js';
import { table1, table1Entry } from './table1.js';

/** All that the report is made of. */
export interface ComparisonOutcome {
  readonly config: ComparisonConfig;
  readonly preset: string;
  readonly members: readonly FinishedMember[];
  readonly times: readonly InferenceTimes[];
  /** Facts of the machine, by name. */
  readonly facts: Readonly<Record<string, string | number>>;
}

const right = { align: 'right' } as const;

/** The report of all members. */
export function comparisonReport(outcome: ComparisonOutcome): ReportContent {
  const { config, preset, members, facts } = outcome;
  const dataset = datasetFacts[config.dataset].title;
  return {
    title: `Equilibrium model and repeated blocks on ${dataset}`,
    subtitle: `preset ${preset} · channels ${config.channels.join(', ')} · seed ${config.seed} · ${config.numEpochs} epochs`,
    summary: summary(outcome),
    sections: [
      besideTable1(outcome),
      accuracyCharts(outcome),
      timeTable(outcome),
      trainingCurves(members),
      ...searches(members),
      parameters(members),
      { kind: 'facts', title: 'The runs', facts: Object.entries(facts).map(([name, value]) => ({ name, value })) },
    ],
  };
}

function summary(outcome: ComparisonOutcome): SummaryCard[] {
  const { config, members } = outcome;
  const cards = members.map(({ config: own, result }): SummaryCard => {
    const paper = config.dataset === 'rendered' ? undefined : table1Entry(own)?.accuracy[config.dataset];
    return {
      label: networkTitle(own),
      value: percent(result.test.top1),
      note: `test accuracy, ${result.test.numExamples} images; ${count(result.parameters.total)} trained numbers`,
      ...(paper === undefined ? {} : { paper: percent(paper) }),
    };
  });
  return [...cards, ...speedCards(outcome)];
}

/** How many times longer the equilibrium model takes than each network of blocks, one card a batch size. */
function speedCards({ members, times }: ComparisonOutcome): SummaryCard[] {
  const slow = members.find(({ config }) => config.network === 'mdeq');
  const fast = members.filter(({ config }) => config.network === 'rpg');
  if (slow === undefined || fast.length === 0) return [];
  return batchSizesOf(times).map((batchSize) => {
    const medianOf = ({ name }: FinishedMember): number => timesOf(times, name, batchSize).median;
    const factors = fast.map((member) => medianOf(slow) / medianOf(member));
    return {
      label: `Time against the equilibrium model, batch ${batchSize}`,
      value: `${Math.min(...factors).toFixed(1)} to ${Math.max(...factors).toFixed(1)} times less`,
      note: 'medians of interleaved passes',
      paper: '15 to 25 times',
    };
  });
}

function besideTable1({ config, members, times }: ComparisonOutcome): TableSection {
  const batchSizes = batchSizesOf(times);
  const rest = table1.filter((entry) => !members.some((member) => table1Entry(member.config) === entry));
  const paperCells = (entry: (typeof table1)[number] | undefined): (string | null)[] =>
    entry === undefined
      ? [null, null, null]
      : [percent(entry.accuracy.cifar10), percent(entry.accuracy.cifar100), entry.perImageMs.toFixed(2)];
  return {
    kind: 'table',
    title: 'Table 1',
    note:
      'The paper’s accuracies are of full recipes on CIFAR, its times of a GTX 2080 Ti with a batch size it does not ' +
      'name. Ours are of the runs of this page, on the machine named below.',
    columns: [
      { name: 'network' },
      { name: 'CIFAR-10, paper', ...right, isPaper: true },
      { name: 'CIFAR-100, paper', ...right, isPaper: true },
      { name: 'ms an image, paper', ...right, isPaper: true },
      { name: `${datasetFacts[config.dataset].title}, ours`, ...right },
      ...batchSizes.map((batchSize) => ({ name: `ms an image, batch ${batchSize}, ours`, ...right })),
    ],
    rows: [
      ...members.map((member) => [
        networkTitle(member.config),
        ...paperCells(table1Entry(member.config)),
        percent(member.result.test.top1),
        ...batchSizes.map((batchSize) => milliseconds(timesOf(times, member.name, batchSize).median)),
      ]),
      ...rest.map((entry) => [entry.label, ...paperCells(entry), null, ...batchSizes.map(() => null)]),
    ],
  };
}

function accuracyCharts({ members, times }: ComparisonOutcome): Section {
  const batchSizes = batchSizesOf(times);
  const accuracies = members.map(({ result }) => result.test.top1);
  const y = {
    label: 'test accuracy',
    format: 'percent',
    range: [Math.max(0, Math.min(...accuracies) - 0.02), Math.min(1, Math.max(...accuracies) + 0.02)],
  } as const;
  const sizes = members.map(({ result }) => result.parameters.total);
  const medians = times.map(({ perImage }) => perImage.median);
  return {
    kind: 'charts',
    title: 'Accuracy against size and time',
    note: 'Trained numbers in all: block or ring, stem, head and norms.',
    charts: [
      {
        kind: 'scatter',
        title: 'Accuracy against parameters',
        x: { label: 'trained numbers', format: 'si', range: [0.99 * Math.min(...sizes), 1.01 * Math.max(...sizes)] },
        y,
        points: members.map(({ config, result }) => ({
          x: result.parameters.total,
          y: result.test.top1,
          label: shortTitle(config),
          group: config.network === 'mdeq' ? 'equilibrium model' : 'repeated blocks',
        })),
      },
      {
        kind: 'scatter',
        title: 'Accuracy against time of an image',
        x: { label: 'time', unit: 'ms', scale: 'log', range: [Math.min(...medians) / 2, 2 * Math.max(...medians)] },
        y,
        points: members.flatMap(({ name, config, result }) =>
          batchSizes.map((batchSize) => ({
            x: timesOf(times, name, batchSize).median,
            y: result.test.top1,
            label: shortTitle(config),
            group: `batch ${batchSize}`,
          })),
        ),
      },
    ],
  };
}

function timeTable({ config, members, times }: ComparisonOutcome): TableSection {
  const slow = members.find((member) => member.config.network === 'mdeq');
  return {
    kind: 'table',
    title: 'Time of an image',
    note:
      `Forward passes over test images, the networks in turn, ${config.timedRounds} rounds a batch size; weights are generated ` +
      'beforehand. Medians, with the fastest and the slowest.',
    columns: [
      { name: 'network' },
      { name: 'batch', ...right },
      { name: 'median', ...right },
      { name: 'fastest', ...right },
      { name: 'slowest', ...right },
      { name: 'solver steps', ...right },
      { name: 'equilibrium model ÷ this', ...right },
    ],
    rows: members.flatMap((member) =>
      batchSizesOf(times).map((batchSize) => {
        const { median, min, max } = timesOf(times, member.name, batchSize);
        const factor = slow === undefined ? null : timesOf(times, slow.name, batchSize).median / median;
        return [
          networkTitle(member.config),
          batchSize,
          ...[median, min, max].map((time) => `${milliseconds(time)} ms`),
          entryOf(times, member.name, batchSize).numSteps?.toFixed(1) ?? null,
          factor === null ? null : factor.toFixed(1),
        ];
      }),
    ),
  };
}

function trainingCurves(members: readonly FinishedMember[]): Section {
  const curves = (key: string, options = {}): LineSeries[] =>
    members.map((member) => memberCurve(member, shortTitle(member.config), key, options));
  return {
    kind: 'charts',
    title: 'Training',
    note: 'All networks see the same batches.',
    charts: [
      {
        kind: 'lines',
        title: 'Loss of training batches',
        x: epochAxis,
        y: { label: 'cross-entropy', unit: 'nats' },
        series: curves('loss'),
        smoothing: 0.95,
      },
      {
        kind: 'lines',
        title: 'Accuracy on val',
        x: epochAxis,
        y: { label: 'accuracy', format: 'percent' },
        series: curves('valTop1', heldOutCurve),
      },
      {
        kind: 'lines',
        title: 'Time of a step',
        x: epochAxis,
        y: { label: 'time', unit: 'ms', scale: 'log' },
        series: curves('stepMs'),
        smoothing: 0.95,
      },
    ],
  };
}

/** How searches went in training and on test; nothing where no member searches. */
function searches(members: readonly FinishedMember[]): Section[] {
  const searching = members.flatMap((member) =>
    member.result.solves === null ? [] : [{ member, solves: member.result.solves }],
  );
  if (searching.length === 0) return [];
  const both = (forward: string, backward: string): LineSeries[] =>
    searching.flatMap(({ member }) => [
      memberCurve(member, `${shortTitle(member.config)}, forward`, forward),
      memberCurve(member, `${shortTitle(member.config)}, backward`, backward, { isDashed: true }),
    ]);
  return [
    {
      kind: 'charts',
      title: 'Fixed points',
      note: 'While a block is unrolled there is no search in training. Residuals are ‖f(z) − z‖ / ‖f(z)‖.',
      charts: [
        {
          kind: 'lines',
          title: 'Evaluations of the block in a search',
          x: epochAxis,
          y: stepsAxis(searching[0]!.member.config),
          series: both('forwardSteps', 'backwardSteps'),
        },
        {
          kind: 'lines',
          title: 'Residual at the end of a search',
          x: epochAxis,
          y: { label: 'residual', scale: 'log' },
          series: both('forwardResidual', 'backwardResidual'),
          smoothing: 0.9,
        },
        {
          kind: 'lines',
          title: 'Residual over the steps of a search, on test',
          x: { label: 'evaluation' },
          y: { label: 'residual of the best iterate', scale: 'log' },
          series: searching.map(({ member, solves }) => ({
            name: shortTitle(member.config),
            x: solves.trace.map((_, i) => i + 1),
            y: solves.trace,
          })),
        },
      ],
    },
    {
      kind: 'table',
      title: 'Searches on test',
      columns: [
        { name: 'network' },
        { name: 'steps', ...right },
        { name: 'mean residual', ...right },
        { name: 'unsolved', ...right },
        { name: 'ran away', ...right },
        { name: 'met NaN', ...right },
        { name: 'forgot its history', ...right },
      ],
      rows: searching.map(({ member, solves }) => [
        networkTitle(member.config),
        solves.numSteps.toFixed(1),
        solves.residual.toExponential(1),
        percent(solves.unsolved),
        solves.diverged,
        solves.notFinite,
        solves.restarts,
      ]),
    },
  ];
}

function parameters(members: readonly FinishedMember[]): TableSection {
  return {
    kind: 'table',
    title: 'Parameters',
    note: 'The paper holds the block’s weights equal; norms are each repetition’s own.',
    columns: [
      { name: 'network' },
      { name: 'block or ring', ...right },
      { name: 'stands for', ...right },
      { name: 'stem', ...right },
      { name: 'head', ...right },
      { name: 'norms', ...right },
      { name: 'biases', ...right },
      { name: 'total', ...right },
    ],
    rows: members.map(({ config, result: { parameters: own } }) => [
      networkTitle(config),
      ...[own.ring, own.generated, own.stem, own.head, own.norm, own.bias, own.total].map(count),
    ]),
  };
}

/** For charts: `MDEQ`, `RPG 3×`, `shared 3×`. */
function shortTitle({ network, numBlocks, weights }: FinishedMember['config']): string {
  return network === 'mdeq' ? 'MDEQ' : `${weights === 'ring' ? 'RPG' : weights} ${numBlocks}×`;
}

function memberCurve(
  { history, result: { stepsPerEpoch } }: FinishedMember,
  name: string,
  key: string,
  options: Pick<LineSeries, 'isDashed' | 'isExact'> = {},
): LineSeries {
  return metricCurve({ history, stepsPerEpoch }, name, key, options);
}

function batchSizesOf(times: readonly InferenceTimes[]): number[] {
  return [...new Set(times.map(({ batchSize }) => batchSize))];
}

function timesOf(times: readonly InferenceTimes[], name: string, batchSize: number): StepTimes {
  return entryOf(times, name, batchSize).perImage;
}

function entryOf(times: readonly InferenceTimes[], name: string, batchSize: number): InferenceTimes {
  return times.find((time) => time.name === name && time.batchSize === batchSize)!;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function count(value: number): string {
  return value.toLocaleString('en');
}

/** Three significant digits, as far as they say something. */
function milliseconds(time: number): string {
  return time >= 100 ? time.toFixed(0) : time.toPrecision(3);
}
