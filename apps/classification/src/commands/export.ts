// `nx run classification:export`: a checkpoint in, a model for other programs and web pages out.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RingGenerator } from 'rpg-core';
import { packModelFolderPieces } from 'rpg-core/pieces';
import { describePreparation } from 'rpg-core/prepare-image';
import { makeFolders, parseCommandLine, pathText } from 'training-kit';
import { deviceFlag, keyFileFlag, openBackend } from 'training-kit/commands';
import { ConfigError, DataError, reasonOf } from 'training-kit/errors';
import { z } from 'zod';
import { withoutMasks } from '../model/pruning.js';
import { openTrainedModel } from '../trained-model.js';

const schema = z.strictObject({
  checkpoint: pathText().describe('a file of a run: runs/classification/NAME/checkpoints/best.safetensors'),
  to: pathText().describe('folder for manifest.json and weights.safetensors; made when needed'),
  ringFormat: z.enum(['float32', 'float16', 'int8']).default('float16').describe('how the ring is stored'),
  withholdSeed: z
    .boolean()
    .default(false)
    .describe('leave the key out that the network was trained with: without it the files are of no use'),
  data: pathText().nullable().default(null).describe('folder of the data; the run’s own when left out'),
});

/** Exports as the flags say. */
export async function exportCommand(argv: readonly string[]): Promise<void> {
  const call = parseCommandLine(
    {
      name: 'npx nx run classification:export --',
      description: 'Writes a trained network as a folder that rpg-core loads in Node and in web pages.',
      schema,
      presets: {},
      extra: z.strictObject({ device: deviceFlag, keyFile: keyFileFlag }),
      examples: [
        {
          command:
            'npx nx run classification:export -- --checkpoint runs/classification/NAME/checkpoints/best.safetensors ' +
            '--to examples/browser/public/model',
          does: 'the model of the web page in examples/browser',
        },
      ],
    },
    argv,
  );
  if (call === undefined) return;
  const { checkpoint, to, ringFormat, withholdSeed, data } = call.config;
  await openBackend(call.extra.device);
  const { config, key, dataset, model, source } = await openTrainedModel(checkpoint, data, call.extra.keyFile);
  try {
    checkGenerator(checkpoint, config.generator);
    checkWithholding(checkpoint, { withholdSeed, hasKey: key !== undefined });
    const files = await packModelFolderPieces(withoutMasks(source), {
      ringFormat,
      withholdSeed,
      metadata: {
        network: JSON.stringify({
          depth: config.depth,
          width: config.width,
          stem: config.stem,
          numClasses: model.numClasses,
        }),
        classNames: JSON.stringify(dataset.classNames),
        normalization: JSON.stringify(dataset.normalization),
        imageShape: JSON.stringify(dataset.imageShape),
        preparation: describePreparation(dataset.preparation),
      },
    });
    for (const [name, pieces] of files) {
      await writeInto(to, name, pieces);
      const numBytes = pieces.reduce((sum, { length }) => sum + length, 0);
      console.log(`${join(to, name)}: ${(numBytes / 1000).toFixed(0)} kB`);
    }
  } finally {
    source.dispose();
  }
}

/** @throws ConfigError for a seed that anybody guesses, and for a key that would be given away */
function checkWithholding(
  checkpoint: string,
  { withholdSeed, hasKey }: { readonly withholdSeed: boolean; readonly hasKey: boolean },
): void {
  if (withholdSeed && !hasKey) {
    throw new ConfigError(
      'withholdSeed',
      `--withhold-seed protects nothing here: the network of ${checkpoint} was drawn from the seed of its training, a small ` +
        'number that is guessed at once. It cannot be withheld. Train one that can by `npx nx run classification:train -- ' +
        '--key-file FILE`, and export that with --key-file FILE --withhold-seed.',
    );
  }
  if (hasKey && !withholdSeed) {
    throw new ConfigError(
      'withholdSeed',
      `The network of ${checkpoint} was drawn from a key, which manifest.json would hold for everybody to read. Give ` +
        '--withhold-seed; who is to load the network gets the key apart from it.',
    );
  }
}

async function writeInto(folder: string, name: string, pieces: readonly Uint8Array[]): Promise<void> {
  await makeFolders(folder);
  try {
    await writeFile(join(folder, name), pieces);
  } catch (error) {
    throw new DataError(folder, `Cannot write the model into ${folder}: ${reasonOf(error)}.`, { cause: error });
  }
}

/** @throws ConfigError for a network that files and pages cannot make again */
function checkGenerator(checkpoint: string, generator: RingGenerator): void {
  if (generator === 'linear') return;
  throw new ConfigError(
    'checkpoint',
    `Cannot export ${checkpoint}: its ring is read by the generator ${generator}, and exported models have linear rings ` +
      'alone. Name the checkpoint of a run with the generator linear.',
  );
}
