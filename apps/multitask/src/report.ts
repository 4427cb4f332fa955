// What a person sees of a finished run: errors of both tasks beside those of a constant, curves, pictures, rings.
import { countParameters, type WeightSource } from 'rpg-core';
import { counted, percent } from 'training-kit';
import {
  type ChartsSection,
  epochAxis,
  heldOutCurve,
  leftOutSections,
  loopCharts,
  metricCurve,
  parameterTable,
  type ReportContent,
  type TableSection,
} from 'training-kit/report';
import type { MultitaskConfig } from './config.js';
import type { Dataset } from './data/dataset.js';
import { metricRows } from './metrics/metric-rows.js';
import type { MultitaskModel } from './model/model.js';
import { ringTable, table5Rows } from './model/weights.js';
import type { MultitaskOutcome } from './report/outcome.js';
import { pictures } from './report/report-pictures.js';

/** The report of one run. */
export async function multitaskReport(outcome: MultitaskOutcome): Promise<ReportContent> {
  const { config, dataset, model, source, test, constant, facts } = outcome;
  const counts = countParameters(source);
  return {
    title: `${sharpNets(model)}, weights ${config.weights}, on ${datasetTitle(dataset)}`,
    subtitle: `preset ${outcome.preset} · width ${model.width} · ${model.inputSize} px · seed ${config.seed} · ${counted(config.numEpochs, 'epoch')}`,
    summary: [
      {
        label: 'Depth RMSE',
        value: `${test.depth.rmse.toFixed(3)} m`,
        note:
          `${percent(test.depth.rmseOfRange)} of the range of ${config.maxDepth} m; ` +
          besideConstant(test.depth.rmse, constant.depth.rmse, (rmse) => `${rmse.toFixed(3)} m`),
      },
      {
        label: 'Normals RMSE',
        value: test.normals.rmse.toFixed(3),
        note: `of a component; ${besideConstant(test.normals.rmse, constant.normals.rmse, (rmse) => rmse.toFixed(3))}`,
      },
      {
        label: 'Mean angle of normals',
        value: degrees(test.normals.meanAngle),
        note: besideConstant(test.normals.meanAngle, constant.normals.meanAngle, degrees),
      },
      {
        label: 'Sub-networks',
        value: counts.ring.toLocaleString('en'),
        note: `${heldBy(config)} for ${counts.generated.toLocaleString('en')} weights of convolutions`,
      },
    ],
    sections: [
      curves(outcome),
      metricTable(outcome),
      table5(outcome),
      ...(await pictures(outcome)),
      ...ringSection(outcome),
      parameterTable(source, {
        generated: 'sub-networks’ convolutions',
        unshared: 'unshared',
        note:
          'Convolutions of the sub-networks come from the rings; what leads from one to the next (head), norms and ' +
          'biases are never generated.' +
          (config.weights === 'shared-with-norms'
            ? ` One sub-network is counted; it runs ${model.numStacks} times.`
            : ''),
      }),
      ...leftOutSections(dataset.leftOut.list),
      { kind: 'facts', title: 'The run', facts: Object.entries(facts).map(([name, value]) => ({ name, value })) },
    ],
  };
}

/** One line about the network: what is trained and what it stands for. */
export function describeModel(config: MultitaskConfig, model: MultitaskModel, source: WeightSource): string {
  const { ring, generated, total, plainTotal } = countParameters(source);
  const number = (value: number): string => value.toLocaleString('en');
  return (
    `${sharpNets(model)} of width ${model.width}, weights ${config.weights}: ${number(ring)} ${heldBy(config)} for ` +
    `${number(generated)} weights of convolutions; ${number(total)} numbers in all, unshared ${number(plainTotal)}.`
  );
}

function sharpNets({ numStacks }: MultitaskModel): string {
  return numStacks === 1 ? '1 SharpNet' : `${numStacks} stacked SharpNets`;
}

function heldBy({ weights }: MultitaskConfig): string {
  return weights === 'ring' ? 'trainable numbers in rings' : 'trainable numbers';
}

function datasetTitle({ name }: Dataset): string {
  return { rendered: 'rendered rooms', '2d3ds': '2D-3D-S' }[name];
}

function degrees(angle: number): string {
  return `${angle.toFixed(1)}°`;
}

/** How an error compares with that of the same guess for every pixel. */
function besideConstant(ours: number, constant: number, format: (error: number) => string): string {
  return `the best constant has ${format(constant)}, ${(constant / ours).toFixed(1)} times as much`;
}

function curves(outcome: MultitaskOutcome): ChartsSection {
  const { constant } = outcome;
  return {
    kind: 'charts',
    title: 'Training',
    note: 'Training values are of single batches; faint lines show them before smoothing.',
    charts: [
      {
        kind: 'lines',
        title: 'Losses of the last sub-network',
        x: epochAxis,
        y: { label: 'before their factors', scale: 'log' },
        series: [
          metricCurve(outcome, 'depth', 'depthLoss'),
          metricCurve(outcome, 'depth gradient', 'gradientLoss'),
          metricCurve(outcome, 'normals', 'normalsLoss'),
        ],
        smoothing: 0.95,
      },
      {
        kind: 'lines',
        title: 'Loss',
        x: epochAxis,
        y: { label: 'sum over sub-networks', scale: 'log' },
        series: [metricCurve(outcome, 'train', 'loss')],
        smoothing: 0.95,
      },
      {
        kind: 'lines',
        title: 'Depth RMSE on val',
        x: epochAxis,
        y: { label: 'RMSE', unit: 'm' },
        series: [metricCurve(outcome, 'val', 'valDepthRmse', heldOutCurve)],
        references: [{ label: 'best constant, on test', value: constant.depth.rmse }],
      },
      {
        kind: 'lines',
        title: 'Normals RMSE on val',
        x: epochAxis,
        y: { label: 'RMSE of a component' },
        series: [metricCurve(outcome, 'val', 'valNormalRmse', heldOutCurve)],
        references: [{ label: 'best constant, on test', value: constant.normals.rmse }],
      },
      ...loopCharts(outcome),
    ],
  };
}

function metricTable({ test, constant, config }: MultitaskOutcome): TableSection {
  return {
    kind: 'table',
    title: 'On test',
    note:
      `${counted(test.numExamples, 'frame')} with ${test.depth.numPixels.toLocaleString('en')} known depths ` +
      `and ${test.normals.numPixels.toLocaleString('en')} known normals, each counted once.`,
    columns: [{ name: 'error' }, { name: 'this network', align: 'right' }, { name: 'best constant', align: 'right' }],
    rows: metricRows.map(({ name, cellOf }) => [name, cellOf(test), cellOf(constant)]),
    caption:
      `Predicted depths are held between 0.1 and ${config.maxDepth} m. The best constant is the mean depth and the ` +
      'direction of the mean normal of train. Of δ and angles more is better.',
  };
}

/** Table 5, with this run beside the row that it belongs to. */
function table5({ config, model, test }: MultitaskOutcome): TableSection {
  const own = table5Rows.findIndex(
    ({ weights, numStacks }) =>
      weights === config.weights && (weights !== 'independent' || numStacks === model.numStacks),
  );
  const right = { align: 'right' } as const;
  return {
    kind: 'table',
    title: 'Beside table 5 of the paper',
    note:
      'RMSE. The paper’s errors are of 2D-3D-S at full width, in percent of what it does not say; ours are percent of the ' +
      'depth range, and of 1 for a component of a normal.',
    columns: [
      { name: 'weights' },
      { name: '--weights' },
      { name: 'depth, paper', ...right, isPaper: true },
      { name: 'normals, paper', ...right, isPaper: true },
      { name: 'depth, ours', ...right },
      { name: 'normals, ours', ...right },
    ],
    rows: table5Rows.map(({ label, weights, depthRmsePercent, normalRmsePercent }, i) => [
      label,
      weights,
      `${depthRmsePercent.toFixed(1)} %`,
      `${normalRmsePercent.toFixed(1)} %`,
      i === own ? percent(test.depth.rmseOfRange) : null,
      i === own ? percent(test.normals.rmse) : null,
    ]),
    ...(own === -1 ? {} : { highlightedRow: own }),
  };
}

/** Which blocks draw from which ring; nothing where there is no ring. */
function ringSection({ config, model, source }: MultitaskOutcome): TableSection[] {
  if (config.weights !== 'ring') return [];
  const right = { align: 'right' } as const;
  return [
    {
      kind: 'table',
      title: 'Rings',
      note: 'One ring a building block; the corresponding blocks of all sub-networks draw from it.',
      columns: [
        { name: 'ring' },
        { name: 'drawn from by' },
        { name: 'convolutions of each', ...right },
        { name: 'N', ...right },
        { name: 'M', ...right },
      ],
      rows: ringTable(model.slots).map(({ ring, blocks, numConvs, numGenerated }) => [
        ring,
        blocks.join(', '),
        numConvs,
        source.plans.get(`ring/${ring}`)!.ringSize.toLocaleString('en'),
        numGenerated.toLocaleString('en'),
      ]),
    },
  ];
}
