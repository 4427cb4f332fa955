// `nx run deq-compare:evaluate`: a checkpoint in, metrics out.
import { checkData, parseCommandLine, pathText, percent } from 'training-kit';
import { deviceFlag, keyFileFlag, openBackend } from 'training-kit/commands';
import { imageSetData } from 'training-kit/labelled-images';
import { z } from 'zod';
import { openDataset } from '../data/dataset.js';
import { type DeqEvaluation, evaluate } from '../evaluate.js';
import { openTrainedModel } from '../trained-model.js';

const schema = z.strictObject({
  checkpoint: pathText().describe('a file of a run: runs/deq-compare/NAME/checkpoints/best.safetensors'),
  data: pathText().nullable().default(null).describe('folder of the data; the run’s own when left out'),
  solver: z.string().nullable().default(null).describe('another solver than the run’s own'),
  forwardSteps: z.int().min(1).nullable().default(null).describe('other limits of the search than the run’s own'),
  tolerance: z.number().positive().nullable().default(null).describe('the same'),
  onUnsolved: z
    .enum(['count', 'stop'])
    .nullable()
    .default(null)
    .describe('what becomes of a search that does not converge; the run’s own when left out'),
});

/** Evaluates as the flags say. */
export async function evaluateCommand(argv: readonly string[]): Promise<void> {
  const call = parseCommandLine(
    {
      name: 'npx nx run deq-compare:evaluate --',
      description: 'Loss, top-1 and top-5 on val and test, and how the searches for fixed points went.',
      schema,
      presets: {},
      extra: z.strictObject({ device: deviceFlag, keyFile: keyFileFlag }),
      examples: [
        {
          command: 'npx nx run deq-compare:evaluate -- --checkpoint runs/deq-compare/NAME/checkpoints/best.safetensors',
          does: 'val and test of the data that the run was trained on',
        },
        {
          command: 'npx nx run deq-compare:evaluate -- --checkpoint FILE --solver anderson --forward-steps 40',
          does: 'the same equilibrium, looked for otherwise',
        },
      ],
    },
    argv,
  );
  if (call === undefined) return;
  await openBackend(call.extra.device);
  const { checkpoint, ...overrides } = call.config;
  const { about, config, model, source, trainedData } = await openTrainedModel(
    checkpoint,
    overrides,
    call.extra.keyFile,
  );
  console.log(about);
  const dataset = await openDataset(config);
  await checkData(trainedData, imageSetData(dataset), {
    refusal: `Cannot evaluate ${checkpoint}`,
    note: (line) => {
      console.log(line);
    },
  });
  console.log('split   examples     loss    top-1    top-5    steps  residual  unsolved');
  for (const name of ['val', 'test'] as const) {
    if (dataset[name].numExamples === 0) continue;
    console.log(lineOf(name, await evaluate(model, source, dataset[name], config)));
  }
  source.dispose();
}

function lineOf(name: string, { numExamples, loss, top1, top5, solves }: DeqEvaluation): string {
  const ofSearches =
    solves === undefined
      ? []
      : [solves.numSteps.toFixed(1), solves.residual.toExponential(1), percent(solves.unsolved, 2)];
  const cells = [loss.toFixed(4), percent(top1, 2), percent(top5, 2), ...ofSearches].map((cell) => cell.padStart(9));
  return `${name.padEnd(6)}${String(numExamples).padStart(10)}${cells.join('')}`;
}
