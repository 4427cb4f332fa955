// What a person sees of a finished run: PCKh first, then curves, joints, pictures of good and bad cases, parameters.
import { countParameters, type WeightSource } from 'rpg-core';
import { counted, percent } from 'training-kit';
import {
  epochAxis,
  heldOutCurve,
  leftOutSections,
  type LineSeries,
  loopCharts,
  metricCurve,
  parameterTable,
  type ReportContent,
  type Section,
  type TableSection,
} from 'training-kit/report';
import type { PoseConfig } from './config.js';
import type { Dataset } from './data/dataset.js';
import type { Evaluation } from './evaluate.js';
import { pckhThresholds } from './metrics/pckh.js';
import { pckhRules, pckhVariants } from './metrics/pckh-variants.js';
import type { PoseModel } from './model/model.js';
import { subNetworkSize } from './model/weights.js';
import type { PoseOutcome } from './report/outcome.js';
import { pictures } from './report/report-pictures.js';

const MAX_SKIPPED_SHOWN = 200;

/** The report of one run. */
export async function poseReport(outcome: PoseOutcome): Promise<ReportContent> {
  const { config, model, source, test, train, facts, heldOut, dataset } = outcome;
  const counts = countParameters(source);
  const rate = (evaluation: Evaluation | undefined): number | null => evaluation?.pckh[config.pckh].mean ?? null;
  const variant = `variant ${config.pckh}, ${pckhRules[config.pckh].name}`;
  const heldOutName = heldOut === dataset.test ? 'test' : 'val';
  const [testRate, trainRate] = [rate(test), rate(train)];
  return {
    title: `${counted(model.numStacks, 'stacked hourglass', 'stacked hourglasses')}, weights ${config.weights}, on ${datasetTitle(dataset)}`,
    subtitle: `preset ${outcome.preset} · ${model.numFeatures} features · ${model.inputSize} px · seed ${config.seed} · ${counted(config.numEpochs, 'epoch')}`,
    summary: [
      {
        label: 'PCKh@0.5, held out',
        value: percent(testRate),
        note: `${counted(test?.numExamples ?? 0, 'person', 'people')} of ${heldOutName}; ${variant}`,
      },
      {
        label: 'PCKh@0.5, train',
        value: percent(trainRate),
        note: `${train.numExamples} of the people trained on, drawn, without augmentation`,
      },
      {
        label: 'Train − held-out gap',
        value: testRate === null || trainRate === null ? '–' : `${(100 * (trainRate - testRate)).toFixed(1)} points`,
        note: 'table 6(b) of the paper',
      },
      {
        label: 'Sub-networks',
        value: counts.ring.toLocaleString('en'),
        note: `trainable numbers for ${counts.generated.toLocaleString('en')} weights; one sub-network has ${subNetworkSize(model.slots).toLocaleString('en')}`,
      },
    ],
    sections: [
      curves(outcome),
      pckhCurves(outcome),
      jointTable(outcome),
      variantTable(outcome),
      ...(await pictures(outcome)),
      parameterTable(source, {
        generated: 'sub-networks’ convolutions',
        unshared: 'unshared',
        note: 'Convolutions of the sub-networks come from the ring; stem, norms and biases are never generated.',
      }),
      ...skippedRecords(dataset),
      ...leftOutSections(outcome.leftOut),
      { kind: 'facts', title: 'The run', facts: Object.entries(facts).map(([name, value]) => ({ name, value })) },
    ],
  };
}

/** One line about the network: what is trained and what it stands for. */
export function describeModel(config: PoseConfig, model: PoseModel, source: WeightSource): string {
  const { ring, generated, total, plainTotal } = countParameters(source);
  const number = (value: number): string => value.toLocaleString('en');
  return (
    `${counted(model.numStacks, 'hourglass', 'hourglasses')} of ${model.numFeatures} features, depth ${model.depth}, ` +
    `weights ${config.weights}: ${number(ring)} trainable numbers for ${number(generated)} weights of the sub-networks; ` +
    `${number(total)} in all, unshared ${number(plainTotal)}.`
  );
}

function datasetTitle({ name }: Dataset): string {
  return { rendered: 'rendered figures', mpii: 'images of people' }[name];
}

function curves(outcome: PoseOutcome): Section {
  return {
    kind: 'charts',
    title: 'Training',
    note: 'Training values are of single batches, with augmentation; faint lines show them before smoothing.',
    charts: [
      {
        kind: 'lines',
        title: 'Loss of the last sub-network',
        x: epochAxis,
        y: { label: 'mean squared error', scale: 'log' },
        series: [metricCurve(outcome, 'train', 'lastStackLoss'), metricCurve(outcome, 'val', 'valLoss', heldOutCurve)],
        smoothing: 0.95,
      },
      {
        kind: 'lines',
        title: 'PCKh@0.5 on val',
        x: epochAxis,
        y: { label: 'PCKh@0.5', format: 'percent' },
        series: [metricCurve(outcome, 'val', 'valPckh', heldOutCurve)],
      },
      ...loopCharts(outcome),
    ],
  };
}

function pckhCurves({ config, test, train }: PoseOutcome): Section {
  const series = (name: string, evaluation: Evaluation, isDashed: boolean): LineSeries => {
    const curve = evaluation.pckh[config.pckh].curve;
    const known = pckhThresholds.flatMap((threshold, i) => (curve[i] == null ? [] : [{ threshold, rate: curve[i] }]));
    return { name, x: known.map(({ threshold }) => threshold), y: known.map(({ rate }) => rate), isDashed };
  };
  return {
    kind: 'charts',
    title: 'PCKh over its threshold',
    note: 'Share of joints found within this part of the head’s size.',
    charts: [
      {
        kind: 'lines',
        title: `PCKh, variant ${config.pckh}`,
        x: { label: 'threshold', unit: 'head sizes', range: [0, 0.5] },
        y: { label: 'PCKh', format: 'percent', range: [0, 1] },
        series: [...(test === undefined ? [] : [series('held out', test, true)]), series('train', train, false)],
      },
    ],
  };
}

function jointTable({ config, test, train }: PoseOutcome): TableSection {
  const rows = train.pckh[config.pckh].rows.map(({ part, rate, count }, i) => {
    const heldOut = test?.pckh[config.pckh].rows[i];
    return [part, percent(heldOut?.rate ?? null), heldOut?.count ?? null, percent(rate), count];
  });
  return {
    kind: 'table',
    title: 'By joint',
    note: `PCKh@0.5, variant ${config.pckh}; left and right together.`,
    columns: [
      { name: 'joint' },
      { name: 'held out', align: 'right' },
      { name: 'joints', align: 'right' },
      { name: 'train', align: 'right' },
      { name: 'joints', align: 'right' },
    ],
    rows,
  };
}

function variantTable({ test, train }: PoseOutcome): TableSection {
  return {
    kind: 'table',
    title: 'In each definition of PCKh',
    note: 'A number compares only with one of the same definition.',
    columns: [
      { name: 'variant' },
      { name: 'held out', align: 'right' },
      { name: 'train', align: 'right' },
      { name: 'people without head size', align: 'right' },
    ],
    rows: pckhVariants.map((variant) => [
      `${variant}, ${pckhRules[variant].name}`,
      percent(test?.pckh[variant].mean ?? null),
      percent(train.pckh[variant].mean),
      (test ?? train).pckh[variant].numWithoutHeadSize,
    ]),
  };
}

/** The records that the run went on without; nothing where there were none. */
function skippedRecords({ train, val }: Dataset): Section[] {
  const skipped = [...train.skipped, ...val.skipped];
  if (skipped.length === 0) return [];
  const counts = new Map<string, number>();
  for (const { reason } of skipped) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const summary = [...counts].map(([reason, count]) => `${reason}: ${count}`).join(', ');
  return [
    {
      kind: 'table',
      title: 'Records left out',
      note: `${summary}.${skipped.length > MAX_SKIPPED_SHOWN ? ` The first ${MAX_SKIPPED_SHOWN}:` : ''}`,
      columns: [{ name: 'what is wrong' }],
      rows: skipped.slice(0, MAX_SKIPPED_SHOWN).map(({ message }) => [message]),
    },
  ];
}
