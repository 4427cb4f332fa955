// `nx run multitask:evaluate`: a checkpoint in, errors of both tasks out.
import { parseCommandLine } from 'training-kit';
import { deviceFlag, keyFileFlag, openBackend } from 'training-kit/commands';
import { z } from 'zod';
import { openDataset } from '../data/dataset.js';
import { evaluate, evaluateConstant, fitConstant, type Evaluation } from '../evaluate.js';
import { metricRows } from '../metric-rows.js';
import { openTrainedModel } from '../trained-model.js';

const areas = z.array(z.string()).nullable().default(null);

const schema = z.strictObject({
  checkpoint: z.string().describe('a file of a run: runs/multitask/NAME/checkpoints/best.safetensors'),
  dataset: z.enum(['rendered', '2d3ds']).nullable().default(null).describe('another dataset than the run’s own'),
  folder: z.string().nullable().default(null).describe('folder of the data; the run’s own when left out'),
  trainAreas: areas.describe('areas of train; the run’s own when left out'),
  testAreas: areas.describe('areas of test; the run’s own when left out'),
});

/** Evaluates as the flags say. */
export async function evaluateCommand(argv: readonly string[]): Promise<void> {
  const call = parseCommandLine(
    {
      name: 'npx nx run multitask:evaluate --',
      description: 'Errors of depth and normals on train, val and test, beside those of the best constant.',
      schema,
      presets: {},
      extra: z.strictObject({ device: deviceFlag, keyFile: keyFileFlag }),
      examples: [
        {
          command: 'npx nx run multitask:evaluate -- --checkpoint runs/multitask/NAME/checkpoints/best.safetensors',
          does: 'all splits of the data that the run was trained on',
        },
      ],
    },
    argv,
  );
  if (call === undefined) return;
  await openBackend(call.extra.device);
  const { checkpoint, ...data } = call.config;
  const { config, model, source } = await openTrainedModel(checkpoint, data, call.extra.keyFile);
  const dataset = await openDataset(config);
  const options = {
    input: { inputSize: config.inputSize, normalization: dataset.normalization },
    numWorkers: config.numWorkers,
  };
  const columns: [string, Evaluation][] = [];
  for (const name of ['train', 'val', 'test'] as const) {
    if (dataset[name].numExamples > 0) columns.push([name, await evaluate(model, source, dataset[name], options)]);
  }
  const constant = await fitConstant(dataset.train, options);
  columns.push(['constant', await evaluateConstant(constant, dataset.test, options)]);
  console.log(tableOf(columns).join('\n'));
  console.log('constant: mean depth and mean normal of train, on test');
}

function tableOf(columns: readonly [string, Evaluation][]): string[] {
  const line = (title: string, cells: readonly string[]): string =>
    title.padEnd(22) + cells.map((cell) => cell.padStart(11)).join('');
  return [
    line(
      '',
      columns.map(([name]) => name),
    ),
    line(
      'frames',
      columns.map(([, { numExamples }]) => String(numExamples)),
    ),
    ...metricRows.map(({ name, cellOf }) =>
      line(
        name,
        columns.map(([, evaluation]) => cellOf(evaluation)),
      ),
    ),
  ];
}
