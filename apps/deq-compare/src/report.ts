// What a person sees of a finished training: the numbers first, then curves, searches, table 1, parameters, pictures.
import { countParameters, type WeightSource } from 'rpg-core';
import { counted, type LogEntry, percent } from 'training-kit';
import { confusionSection, gallerySection, stemFilters } from 'training-kit/classifier';
import type { ImageSet } from 'training-kit/labelled-images';
import {
  type Axis,
  epochAxis,
  heldOutCurve,
  loopCharts,
  metricCurve,
  parameterTable,
  type ReportContent,
  type Section,
  type SummaryCard,
  type TableSection,
} from 'training-kit/report';
import { table1, table1Entry } from './comparison/table1.js';
import type { DeqConfig } from './config.js';
import { datasetFacts } from './data/dataset.js';
import type { DeqEvaluation } from './evaluate.js';
import type { DeqModel } from './model/model.js';
import { networkTitle } from './model/network-title.js';

/** All that the report is made of. */
export interface DeqOutcome {
  readonly config: DeqConfig;
  readonly preset: string;
  readonly dataset: ImageSet;
  readonly model: DeqModel;
  readonly source: WeightSource;
  /** As `Run.history` gives it. */
  readonly history: readonly LogEntry[];
  readonly stepsPerEpoch: number;
  readonly test: DeqEvaluation;
  /** Facts of the machine and the run, by name. */
  readonly facts: Readonly<Record<string, string | number>>;
}

/** The report of one run. */
export async function deqReport(outcome: DeqOutcome): Promise<ReportContent> {
  const { config, dataset, model, source, test, facts } = outcome;
  return {
    title: `${networkTitle(config)} on ${datasetFacts[config.dataset].title}`,
    subtitle: `preset ${outcome.preset} · channels ${config.channels.join(', ')} · seed ${config.seed} · ${counted(config.numEpochs, 'epoch')}`,
    summary: summary(outcome),
    sections: [
      trainingCurves(outcome),
      ...solverSections(outcome),
      beside(outcome),
      parameterTable(source, {
        generated: config.network === 'mdeq' ? 'block' : 'blocks (ring)',
        unshared: 'each block its own',
        note: 'The ring, or the one block, is what the paper holds equal; the rest is never generated.',
      }),
      confusionSection(dataset, test),
      await gallerySection('Wrong, and most sure of it', dataset, test, 'wrong'),
      await gallerySection('Right', dataset, test, 'right'),
      stemFilters(source, model.firstKernel),
      { kind: 'facts', title: 'The run', facts: Object.entries(facts).map(([name, value]) => ({ name, value })) },
    ],
  };
}

/** From 0 to a little more than a search may take: most take all they may, and a line of one value needs a scale. */
export function stepsAxis({ forwardSteps, backwardSteps }: Pick<DeqConfig, 'forwardSteps' | 'backwardSteps'>): Axis {
  return { label: 'steps', range: [0, Math.max(forwardSteps, backwardSteps) + 2] };
}

/** One line about the network: what is trained and what it stands for. */
export function describeModel(config: DeqConfig, source: WeightSource): string {
  const { ring, generated, total } = countParameters(source);
  const number = (value: number): string => value.toLocaleString('en');
  const blocks = config.network === 'mdeq' ? 'one block' : counted(config.numBlocks, 'block');
  return (
    `${networkTitle(config)}, channels ${config.channels.join(', ')}: ${number(ring)} trainable numbers for the ` +
    `${number(generated)} weights of ${blocks}; ${number(total)} in all.`
  );
}

function paperAccuracy(config: DeqConfig): number | undefined {
  return config.dataset === 'rendered' ? undefined : table1Entry(config)?.accuracy[config.dataset];
}

function summary({ config, source, test }: DeqOutcome): SummaryCard[] {
  const counts = countParameters(source);
  const paper = paperAccuracy(config);
  const { solves } = test;
  return [
    {
      label: 'Test accuracy',
      value: percent(test.top1),
      note: `${counted(test.numExamples, 'image')}, read once; loss ${test.loss.toFixed(3)} nats`,
      ...(paper === undefined ? {} : { paper: percent(paper) }),
    },
    {
      label: 'Block weights',
      value: counts.ring.toLocaleString('en'),
      note: `stand for ${counts.generated.toLocaleString('en')}; ${counts.total.toLocaleString('en')} trained numbers in all`,
    },
    ...(solves === undefined
      ? []
      : [
          {
            label: 'Solver steps on test',
            value: solves.numSteps.toFixed(1),
            note: `at most ${config.forwardSteps}; mean residual ${solves.residual.toExponential(1)}`,
          },
          {
            label: 'Unsolved',
            value: percent(solves.unsolved),
            note: `of ${solves.numSamples} searches did not reach ${config.tolerance}; ${solves.diverged} diverged, ${solves.notFinite} met NaN`,
          },
        ]),
  ];
}

function trainingCurves(outcome: DeqOutcome): Section {
  return {
    kind: 'charts',
    title: 'Training',
    note: 'Training values are of single batches, with dropout; faint lines show them before smoothing.',
    charts: [
      {
        kind: 'lines',
        title: 'Loss',
        x: epochAxis,
        y: { label: 'cross-entropy', unit: 'nats' },
        series: [metricCurve(outcome, 'train', 'loss'), metricCurve(outcome, 'val', 'valLoss', heldOutCurve)],
        smoothing: 0.95,
      },
      {
        kind: 'lines',
        title: 'Accuracy',
        x: epochAxis,
        y: { label: 'accuracy', format: 'percent' },
        series: [metricCurve(outcome, 'train', 'accuracy'), metricCurve(outcome, 'val', 'valTop1', heldOutCurve)],
        smoothing: 0.95,
      },
      ...loopCharts(outcome),
    ],
  };
}

/** How the searches went; nothing for a network that searches nothing. */
function solverSections(outcome: DeqOutcome): Section[] {
  const { solves } = outcome.test;
  if (solves === undefined) return [];
  const curve = (name: string, key: string) => metricCurve(outcome, name, key);
  return [
    {
      kind: 'charts',
      title: 'Fixed points',
      note: 'While the block is unrolled there is no search in training. Residuals are ‖f(z) − z‖ / ‖f(z)‖.',
      charts: [
        {
          kind: 'lines',
          title: 'Evaluations of the block in a search',
          x: epochAxis,
          y: stepsAxis(outcome.config),
          series: [curve('forward', 'forwardSteps'), curve('backward', 'backwardSteps')],
        },
        {
          kind: 'lines',
          title: 'Residual at the end of a search',
          x: epochAxis,
          y: { label: 'residual', scale: 'log' },
          series: [
            curve('forward', 'forwardResidual'),
            curve('backward', 'backwardResidual'),
            metricCurve(outcome, 'val', 'valResidual', heldOutCurve),
          ],
          smoothing: 0.9,
          references: [{ label: 'tolerance', value: outcome.config.tolerance }],
        },
        {
          kind: 'lines',
          title: 'Searches that did not converge',
          x: epochAxis,
          y: { label: 'share of samples', format: 'percent' },
          series: [
            curve('forward', 'unsolved'),
            curve('backward', 'backwardUnsolved'),
            metricCurve(outcome, 'val', 'valUnsolved', heldOutCurve),
          ],
          smoothing: 0.9,
        },
        {
          kind: 'lines',
          title: 'Residual over the steps of a search, on test',
          x: { label: 'evaluation' },
          y: { label: 'residual of the best iterate', scale: 'log' },
          series: [{ name: 'mean over test', x: solves.trace.map((_, i) => i + 1), y: solves.trace }],
        },
      ],
    },
    troubleTable(outcome),
  ];
}

/** Troubles of all searches, counted. */
function troubleTable({ history, test }: DeqOutcome): TableSection {
  const total = (key: string): number => history.reduce((sum, { metrics }) => sum + (metrics[key] ?? 0), 0);
  const right = { align: 'right' } as const;
  const { solves } = test;
  return {
    kind: 'table',
    title: 'Trouble in searches',
    note: 'Samples over the whole training, and on test; a search that fails gives its best iterate.',
    columns: [
      { name: 'what happened' },
      { name: 'forward', ...right },
      { name: 'backward', ...right },
      { name: 'test', ...right },
    ],
    rows: [
      ['ran away', total('diverged'), total('backwardDiverged'), solves!.diverged],
      ['met NaN or infinity', total('notFinite'), total('backwardNotFinite'), solves!.notFinite],
      ['forgot its history (singular equations)', total('restarts'), total('backwardRestarts'), solves!.restarts],
    ],
  };
}

/** Table 1 with this run in its place. */
function beside({ config, test }: DeqOutcome): TableSection {
  const own = table1Entry(config);
  const right = { align: 'right' } as const;
  const cell = (dataset: DeqConfig['dataset'], isOwn: boolean): string | null =>
    isOwn && dataset === config.dataset ? percent(test.top1) : null;
  const index = own === undefined ? -1 : table1.indexOf(own);
  return {
    kind: 'table',
    title: 'Beside table 1 of the paper',
    note: 'The paper’s numbers are of the full recipes on CIFAR; `compare` measures inference times.',
    columns: [
      { name: 'network' },
      { name: 'CIFAR-10, paper', ...right, isPaper: true },
      { name: 'CIFAR-100, paper', ...right, isPaper: true },
      { name: 'CIFAR-10, this run', ...right },
      { name: 'CIFAR-100, this run', ...right },
      { name: 'rendered, this run', ...right },
    ],
    rows: table1.map((entry, i) => [
      entry.label,
      percent(entry.accuracy.cifar10),
      percent(entry.accuracy.cifar100),
      cell('cifar10', i === index),
      cell('cifar100', i === index),
      cell('rendered', i === index),
    ]),
    ...(index === -1 ? {} : { highlightedRow: index }),
  };
}
