// What a person sees of a finished run: the numbers first, then curves, confusions, examples, filters, parameters.
import { countParameters, type WeightSource } from 'rpg-core';
import type { PrunedCounts } from 'rpg-core/analysis';
import type { Classifier } from 'rpg-core/resnet';
import { counted, type LogEntry, percent } from 'training-kit';
import { confusionSection, type Evaluation, gallerySection, stemFilters } from 'training-kit/classifier';
import {
  epochAxis,
  heldOutCurve,
  leftOutSections,
  loopCharts,
  metricCurve,
  parameterTable,
  type ReportContent,
  type Section,
} from 'training-kit/report';
import type { ClassificationConfig } from './config.js';
import type { Dataset } from './data/dataset.js';
import { describeSample } from './data/train-sample.js';
import { shareLeft } from './model/pruning.js';

/** All that the report is made of. */
export interface ClassificationOutcome {
  readonly config: ClassificationConfig;
  readonly preset: string;
  readonly dataset: Dataset;
  readonly model: Classifier;
  readonly source: WeightSource;
  /** As `Run.history` gives it. */
  readonly history: readonly LogEntry[];
  readonly stepsPerEpoch: number;
  readonly test: Evaluation;
  /** On `trainSample`, without augmentation. */
  readonly train: Evaluation;
  /** What pruning leaves of the backbone; left out where nothing is pruned. */
  readonly left?: PrunedCounts;
  /** Facts of the machine and the run, by name. */
  readonly facts: Readonly<Record<string, string | number>>;
}

const percentAxis = { label: 'accuracy', format: 'percent' } as const;

/** The report of one run. */
export async function classificationReport(outcome: ClassificationOutcome): Promise<ReportContent> {
  const { config, dataset, model, source, test, train, left, facts } = outcome;
  const counts = countParameters(source);
  const share = counts.ring / counts.generated;
  return {
    title: `ResNet${config.depth}${config.weights === 'ring' ? '-RPG' : ''} on ${datasetTitle(dataset)}`,
    subtitle: `preset ${outcome.preset} · width ${config.width} · seed ${config.seed} · ${counted(config.numEpochs, 'epoch')}`,
    summary: [
      { label: 'Test accuracy', value: percent(test.top1), note: `${counted(test.numExamples, 'image')}, read once` },
      { label: 'Top-5', value: percent(test.top5), note: `test loss ${test.loss.toFixed(3)} nats` },
      {
        label: 'Train − test gap',
        value: `${(100 * (train.top1 - test.top1)).toFixed(1)} points`,
        note: `table 6(a) of the paper; ${percent(train.top1)} on ${describeSample(train.numExamples, dataset)}, without augmentation`,
      },
      {
        label: 'Backbone',
        value: counts.ring.toLocaleString('en'),
        note: `trainable numbers for ${counts.generated.toLocaleString('en')} weights (${percent(share)})`,
      },
    ],
    sections: [
      curves(outcome),
      parameterTable(source, {
        generated: 'backbone (ring)',
        unshared: 'plain network',
        note: 'The ring is what the paper counts as backbone parameters; the rest is never generated.',
      }),
      ...(left === undefined ? [] : [pruningTable(left)]),
      confusionSection(dataset, test),
      await gallerySection('Wrong, and most sure of it', dataset, test, 'wrong'),
      await gallerySection('Right', dataset, test, 'right'),
      stemFilters(source, model.firstKernel),
      ...leftOutSections(dataset.leftOut),
      { kind: 'facts', title: 'The run', facts: Object.entries(facts).map(([name, value]) => ({ name, value })) },
    ],
  };
}

/** One line about the network: what is trained and what it stands for. */
export function describeModel(config: ClassificationConfig, source: WeightSource): string {
  const { ring, generated, total, plainTotal } = countParameters(source);
  const number = (value: number): string => value.toLocaleString('en');
  return (
    `ResNet${config.depth}, width ${config.width}, weights ${config.weights}: ${number(ring)} trainable numbers for ` +
    `${number(generated)} backbone weights (${percent(ring / generated)}); ${number(total)} in all, plain network ` +
    `${number(plainTotal)}.`
  );
}

function pruningTable({ filters, weights, ringElements, multiplyAdds }: PrunedCounts): Section {
  const rows = {
    filters,
    'generated weights': weights,
    'ring elements that some weight uses': ringElements,
    'multiply-adds an image': multiplyAdds,
  };
  return {
    kind: 'table',
    title: 'Pruned backbone',
    note: 'Filters of low ℓ1 norm, and their norms, are held at zero. Inputs of a layer that meet one of them still count.',
    columns: [
      { name: 'backbone' },
      { name: 'whole', align: 'right' },
      { name: 'left', align: 'right' },
      { name: 'share left', align: 'right' },
    ],
    rows: Object.entries(rows).map(([name, counts]) => [name, counts.before, counts.after, shareLeft(counts)]),
  };
}

function datasetTitle({ name, numClasses }: Dataset): string {
  return {
    rendered: 'rendered shapes',
    cifar10: 'CIFAR-10',
    cifar100: 'CIFAR-100',
    folder: `images of ${numClasses} classes`,
  }[name];
}

function curves(outcome: ClassificationOutcome): Section {
  return {
    kind: 'charts',
    title: 'Training',
    note: 'Training values are of single batches, with augmentation; faint lines show them before smoothing.',
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
        y: percentAxis,
        series: [metricCurve(outcome, 'train', 'accuracy'), metricCurve(outcome, 'val', 'valTop1', heldOutCurve)],
        smoothing: 0.95,
      },
      ...loopCharts(outcome),
      {
        kind: 'lines',
        title: 'Memory at each evaluation',
        x: epochAxis,
        y: { label: 'resident', unit: 'MB' },
        series: [metricCurve(outcome, 'process', 'rssMB')],
      },
    ],
  };
}
