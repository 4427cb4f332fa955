// The report of a comparison: table 1 with ours beside the paper's, accuracy against parameters, times, searches.
import { counted, percent } from 'training-kit';
import {
  epochAxis,
  heldOutCurve,
  type LineSeries,
  type ReportContent,
  type Section,
  type SummaryCard,
  type TableSection,
} from 'training-kit/report';
import { datasetFacts } from '../data/dataset.js';
import { networkTitle, shortTitle } from '../model/network-title.js';
import type { ComparisonConfig } from './config.js';
import type { FinishedMember } from './finished-member.js';
import type { InferenceTimes } from './inference-times.js';
import { memberCurve } from './member-curve.js';
import { searches } from './searches.js';
import { table1, table1Entry } from './table1.js';
import { batchSizesOf, milliseconds, speedCards, timesOf, timeTable } from './times.js';

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
    subtitle: `preset ${preset} · channels ${config.channels.join(', ')} · seed ${config.seed} · ${counted(config.numEpochs, 'epoch')}`,
    summary: summary(outcome),
    sections: [
      besideTable1(outcome),
      accuracyCharts(outcome),
      timeTable(members, outcome.times, config.timedRounds),
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
      note: `test accuracy, ${counted(result.test.numExamples, 'image')}; ${count(result.parameters.total)} trained numbers`,
      ...(paper === undefined ? {} : { paper: percent(paper) }),
    };
  });
  return [...cards, ...speedCards(members, outcome.times)];
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

function count(value: number): string {
  return value.toLocaleString('en');
}
