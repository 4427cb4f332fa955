// `nx run pose:evaluate`: a checkpoint in, PCKh out.
import { parseCommandLine, percent } from 'training-kit';
import { deviceFlag, keyFileFlag, openBackend } from 'training-kit/commands';
import { z } from 'zod';
import { openDataset } from '../data/dataset.js';
import { cropOf, seenPart, trainPart } from '../dataset-views.js';
import { createRng } from 'rpg-core';
import { evaluate, type Evaluation } from '../evaluate.js';
import { pckhRules, pckhVariants, type PckhVariant } from '../pckh-variants.js';
import { openTrainedModel } from '../trained-model.js';

const schema = z.strictObject({
  checkpoint: z.string().describe('a file of a run: runs/pose/NAME/checkpoints/best.safetensors'),
  images: z.string().nullable().default(null).describe('folder of the images; the run’s own when left out'),
  annotations: z.string().nullable().default(null).describe('annotation file; the run’s own when left out'),
  valAnnotations: z.string().nullable().default(null).describe('that of val; the run’s own when left out'),
  pckh: z
    .enum(pckhVariants)
    .nullable()
    .default(null)
    .describe('which definition stands first; the run’s own when left out'),
  flipTest: z
    .boolean()
    .nullable()
    .default(null)
    .describe('average with the prediction for the mirrored image; as in the run when left out'),
  wholeTrain: z
    .boolean()
    .default(false)
    .describe('train: everybody trained on, in place of the report’s sample, as many as are held out'),
});

/** Evaluates as the flags say. */
export async function evaluateCommand(argv: readonly string[]): Promise<void> {
  const call = parseCommandLine(
    {
      name: 'npx nx run pose:evaluate --',
      description:
        'PCKh@0.5 on train, val and test in all three definitions, by joint, and the gap of train to the others.',
      schema,
      presets: {},
      extra: z.strictObject({ device: deviceFlag, keyFile: keyFileFlag }),
      examples: [
        {
          command: 'npx nx run pose:evaluate -- --checkpoint runs/pose/NAME/checkpoints/best.safetensors',
          does: 'all splits of the data that the run was trained on',
        },
      ],
    },
    argv,
  );
  if (call === undefined) return;
  await openBackend(call.extra.device);
  const { checkpoint, wholeTrain, ...overrides } = call.config;
  const { about, config, model, source } = await openTrainedModel(checkpoint, overrides, call.extra.keyFile);
  console.log(about);
  const dataset = await openDataset(config);
  const crop = cropOf(config, dataset, model);
  const results = new Map<string, Evaluation>();
  const people = trainPart(dataset, config, createRng(config.seed).fork('train-part'));
  const heldOut = dataset.test.numExamples > 0 ? dataset.test : dataset.val;
  const seen = wholeTrain ? people : seenPart(people, heldOut, config.seed);
  for (const [name, split] of Object.entries({ train: seen, val: dataset.val, test: dataset.test })) {
    if (split.numExamples === 0) continue;
    const { numWorkers, flipTest: useFlipTest } = config;
    results.set(name, await evaluate(model, source, split, { crop, useFlipTest, numWorkers }));
  }
  const who = seen.numExamples === people.numExamples ? 'all' : `${seen.numExamples} of the`;
  console.log(`train: ${who} ${people.numExamples} people trained on${who === 'all' ? '' : ', drawn by the seed'}`);
  console.log(
    `${config.flipTest ? 'Averaged with the prediction for the mirrored image' : 'Without the mirrored image'}; ` +
      `variant ${config.pckh} of PCKh, ${pckhRules[config.pckh].name}, by joint.`,
  );
  console.log(tables(results, config.pckh).join('\n'));
}

function tables(results: ReadonlyMap<string, Evaluation>, variant: PckhVariant): string[] {
  const names = [...results.keys()];
  const line = (title: string, cells: readonly string[]): string =>
    `${title.padEnd(18)}${cells.map((cell) => cell.padStart(10)).join('')}`;
  const all = [...results.values()];
  const rowTitles = all[0]?.pckh[variant].rows.map(({ part }) => part) ?? [];
  const gaps = names
    .filter((name) => name !== 'train')
    .map((name) => {
      const [train, other] = [results.get('train'), results.get(name)].map(
        (result) => result?.pckh[variant].mean ?? null,
      );
      return train === null || other === null || train === undefined || other === undefined
        ? ''
        : `train − ${name} gap, variant ${variant}: ${(100 * (train - other)).toFixed(2)} points`;
    });
  return [
    line('', names),
    line(
      'people',
      all.map(({ numExamples }) => String(numExamples)),
    ),
    line(
      'loss',
      all.map(({ loss }) => loss.toPrecision(4)),
    ),
    ...[variant, ...pckhVariants.filter((other) => other !== variant)].map((one) =>
      line(
        `PCKh ${one} ${pckhRules[one].name}`.slice(0, 18),
        all.map(({ pckh }) => percent(pckh[one].mean, 2)),
      ),
    ),
    ...rowTitles.map((part, i) =>
      line(
        `  ${part}`,
        all.map(({ pckh }) => percent(pckh[variant].rows[i]!.rate, 2)),
      ),
    ),
    ...gaps,
  ];
}
