// `nx run multitask:evaluate`: a checkpoint in, errors of both tasks out.
import { checkData, parseCommandLine, pathText } from 'training-kit';
import { deviceFlag, keyFileFlag, openBackend } from 'training-kit/commands';
import { z } from 'zod';
import { normalizations, openDataset } from '../data/dataset.js';
import { dataFlags, evaluatedConfig, evaluatedSplits, isOwnChoice, OTHER_FRAMES } from '../data/evaluated-splits.js';
import { surveyDataset } from '../data/survey/survey-dataset.js';
import { dataAtHand, heldOutOf } from '../data/trained-data.js';
import { evaluate, evaluateConstant, type Evaluation, fitConstant } from '../evaluate.js';
import { metricRows } from '../metrics/metric-rows.js';
import { openTrainedModel } from '../trained-model.js';

const schema = z.strictObject({
  checkpoint: pathText().describe('a file of a run: runs/multitask/NAME/checkpoints/best.safetensors'),
  ...dataFlags,
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
        {
          command:
            'npx nx run multitask:evaluate -- --checkpoint FILE --dataset 2d3ds --folder DIR --train-areas 1 --test-areas 3',
          does: 'other frames: test is area 3, the constant that it is held against is of area 1',
        },
      ],
    },
    argv,
  );
  if (call === undefined) return;
  await openBackend(call.extra.device);
  const { checkpoint, ...given } = call.config;
  const note = (line: string) => {
    console.log(line);
  };
  const trained = await openTrainedModel(checkpoint, call.extra.keyFile);
  note(trained.about);
  const { model, source, normalization, trainedData } = trained;
  const config = evaluatedConfig(trained.config, given);
  const isOwn = isOwnChoice(trained.config, config);
  const dataset = await openDataset(config, note, isOwn ? await heldOutOf(trainedData) : []);
  const { splits: atHand } = dataAtHand(dataset, normalizations[dataset.name]);
  const { splits, notes } = await evaluatedSplits(dataset, atHand.train!, trainedData, isOwn);
  if (splits.has('train')) {
    await checkData(trainedData, { network: {}, splits: atHand }, { refusal: 'Cannot evaluate', note });
  }
  for (const line of notes) note(line);
  await surveyDataset(dataset, note, splits);

  const options = {
    input: { inputSize: config.inputSize, normalization },
    numWorkers: config.numWorkers,
    leftOut: dataset.leftOut,
    mend: 'Give an earlier one of the run’s checkpoints to --checkpoint.',
  };
  const columns: [string, Evaluation][] = [];
  for (const [title, split] of splits) {
    if (split.numExamples === 0) continue;
    columns.push([title, await evaluate(model, source, split, { ...options, title })]);
  }
  const constant = await fitConstant(dataset.train, options);
  columns.push(['constant', await evaluateConstant(constant, dataset.test, options)]);
  console.log(tableOf(columns).join('\n'));
  const trainedName = splits.has('train') ? 'train' : OTHER_FRAMES;
  console.log(`constant: mean depth and mean normal of ${trainedName}, on test`);
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
