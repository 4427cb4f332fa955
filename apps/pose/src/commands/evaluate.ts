// `nx run pose:evaluate`: a checkpoint in, PCKh out.
import { createRng } from 'rpg-core';
import { checkData, parseCommandLine, pathText, percent } from 'training-kit';
import { deviceFlag, keyFileFlag, openBackend } from 'training-kit/commands';
import { createLeftOutImages } from 'training-kit/data';
import { z } from 'zod';
import { openDataset } from '../data/dataset.js';
import { cropOf, seenPart, trainPart } from '../data/dataset-views.js';
import { describeSplit } from '../data/describe-splits.js';
import { dataFlags, evaluatedSplits, isOwnChoice } from '../data/evaluated-splits.js';
import { dataAtHand } from '../data/trained-data.js';
import { evaluate, type Evaluation } from '../evaluate.js';
import { pckhRules, type PckhVariant, pckhVariants } from '../metrics/pckh-variants.js';
import { openTrainedModel } from '../trained-model.js';

/** The flags of the command. */
export const evaluateSchema = z.strictObject({
  checkpoint: pathText().describe('a file of a run: runs/pose/NAME/checkpoints/best.safetensors'),
  ...dataFlags,
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
      schema: evaluateSchema,
      presets: {},
      extra: z.strictObject({ device: deviceFlag, keyFile: keyFileFlag }),
      examples: [
        {
          command: 'npx nx run pose:evaluate -- --checkpoint runs/pose/NAME/checkpoints/best.safetensors',
          does: 'all splits of the data that the run was trained on',
        },
        {
          command:
            'npx nx run pose:evaluate -- --checkpoint FILE --images images --annotations other.json --val-examples 0',
          does: 'other people; they are called annotations, since they were not trained on',
        },
      ],
    },
    argv,
  );
  if (call === undefined) return;
  await openBackend(call.extra.device);
  const { checkpoint, wholeTrain, ...given } = call.config;
  const trained = await openTrainedModel(checkpoint, given, call.extra.keyFile);
  const { about, config, model, source, trainedData } = trained;
  const note = (line: string): void => {
    console.log(line);
  };
  note(about);
  const dataset = await openDataset(config);
  for (const line of dataset.notes) note(line);
  const people = trainPart(dataset, config, createRng(config.seed).fork('train-part'));
  // Which people are other ones is told below, by name of the split; here the network's own.
  const { network, splits: atHand } = dataAtHand(dataset, people);
  await checkData(trainedData, { network, splits: {} }, { refusal: `Cannot evaluate ${checkpoint}`, note });
  const { splits, notes } = await evaluatedSplits(
    { ...dataset, train: people },
    atHand.train!,
    trainedData,
    isOwnChoice(given),
  );
  for (const [name, split] of splits) for (const line of describeSplit(name, split)) note(line);
  for (const line of notes) note(line);

  const leftOut = createLeftOutImages(note);
  const crop = cropOf(config, dataset, model);
  const results = new Map<string, Evaluation>();
  const heldOut = dataset.test.numExamples > 0 ? dataset.test : dataset.val;
  const seen = wholeTrain ? people : seenPart(people, heldOut, config.seed);
  for (const [name, split] of splits) {
    const judged = name === 'train' ? seen : split;
    if (judged.numExamples === 0) continue;
    const { numWorkers, flipTest: useFlipTest } = config;
    results.set(name, await evaluate(model, source, judged, { crop, useFlipTest, numWorkers, leftOut }));
  }
  if (splits.has('train')) {
    const who = seen.numExamples === people.numExamples ? 'all' : `${seen.numExamples} of the`;
    note(`train: ${who} ${people.numExamples} people trained on${who === 'all' ? '' : ', drawn by the seed'}`);
  }
  console.log(
    `${config.flipTest ? 'Averaged with the prediction for the mirrored image' : 'Without the mirrored image'}; ` +
      `variant ${config.pckh} of PCKh, ${pckhRules[config.pckh].name}, by joint.`,
  );
  console.log(tables(results, config.pckh).join('\n'));
}

function tables(results: ReadonlyMap<string, Evaluation>, variant: PckhVariant): string[] {
  const names = [...results.keys()];
  const line = (title: string, cells: readonly string[]): string =>
    `${title.padEnd(18)}${cells.map((cell) => cell.padStart(13)).join('')}`;
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
  const numBroken = all.map((result) => result.numBroken);
  return [
    line('', names),
    line(
      'people',
      all.map(({ numExamples }) => String(numExamples)),
    ),
    ...(numBroken.some((count) => count > 0) ? [line('image unreadable', numBroken.map(String))] : []),
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
