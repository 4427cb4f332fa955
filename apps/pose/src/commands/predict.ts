// `nx run pose:predict`: a photograph in, its joints as JSON and pictures out.
import { parse } from 'node:path';
import { countParameters } from 'rpg-core';
import sharp from 'sharp';
import { checkResultFiles, parseCommandLine, pathText, writeResultFiles } from 'training-kit';
import { deviceFlag, keyFileFlag, openBackend } from 'training-kit/commands';
import { type DecodedImage, readPhoto } from 'training-kit/images';
import type { Pixels } from 'training-kit/report';
import { z } from 'zod';
import { jointNames } from '../data/joints.js';
import type { CropBox } from '../data/views/crop.js';
import { checkPersonPlace, cropBoxIn } from '../predict/person-box.js';
import {
  cropSettingsOf,
  heatMapsOver,
  type PhotoPrediction,
  predictPhoto,
  skeletonOver,
} from '../predict/predict-photo.js';
import { openTrainedModel, type TrainedModel } from '../trained-model.js';

const numbers = (count: number, names: string) =>
  z
    .array(z.number())
    .refine(({ length }) => length === count, `expected ${count} numbers with commas between: ${names}.`)
    .nullable()
    .default(null);

/** The flags of the command. */
export const predictSchema = z.strictObject({
  checkpoint: pathText().describe('a file of a run: runs/pose/NAME/checkpoints/best.safetensors'),
  image: pathText().describe('the photograph: JPEG, PNG or WebP'),
  center: numbers(2, 'x,y').describe('middle of the person’s body in pixels of the upright photograph: x,y'),
  heightPx: z.number().min(1).nullable().default(null).describe('the person’s height in pixels'),
  box: numbers(4, 'x1,y1,x2,y2').describe('the part to look at, in place of center and height: x1,y1,x2,y2'),
  flipTest: z
    .boolean()
    .nullable()
    .default(null)
    .describe('average with the prediction for the mirrored image; as in the run when left out'),
  minScore: z.number().min(0).default(0.1).describe('joints below it are not drawn; a certain one has about 1'),
  heatMaps: z.boolean().default(false).describe('a picture of the heat maps as well'),
  out: pathText().default('.').describe('folder for the results; made when needed'),
  overwrite: z.boolean().default(false).describe('replace results from before'),
});

type PredictOptions = z.output<typeof predictSchema>;

/** Predicts as the flags say. */
export async function predictCommand(argv: readonly string[]): Promise<void> {
  const call = parseCommandLine(
    {
      name: 'npx nx run pose:predict --',
      description:
        'Finds the joints of one person in a photograph; writes NAME.json and NAME.png with the skeleton. Without ' +
        'center and height or box the person should fill the photograph.',
      schema: predictSchema,
      presets: {},
      extra: z.strictObject({ device: deviceFlag, keyFile: keyFileFlag }),
      examples: [
        {
          command:
            'npx nx run pose:predict -- --checkpoint runs/pose/NAME/checkpoints/best.safetensors ' +
            '--image photos/a.jpg --out results',
          does: 'results/a.json and results/a.png',
        },
      ],
    },
    argv,
  );
  if (call === undefined) return;
  const { config: options } = call;
  const { checkpoint, image, out, minScore } = options;
  const { name } = parse(image);
  const results = { json: `${name}.json`, skeleton: `${name}.png`, heatMaps: `${name}-heat-maps.png` };
  const { heatMaps, ...usual } = results;
  checkPersonPlace(options);
  await checkResultFiles(Object.values(options.heatMaps ? results : usual), { ...options, folder: out, input: image });
  const photo = await readPhoto(image);

  await openBackend(call.extra.device);
  const trained = await openTrainedModel(checkpoint, { flipTest: options.flipTest }, call.extra.keyFile);
  try {
    const box = cropBoxIn(photo, options, cropSettingsOf(trained).boxRule);
    const prediction = await predictPhoto(trained, photo, box, { useFlipTest: trained.config.flipTest });
    const files = await writeResultFiles(
      {
        [results.skeleton]: await asPng(skeletonOver(photo, prediction.joints, minScore)),
        ...(options.heatMaps ? { [heatMaps]: await asPng(await heatMapsOver(photo, box, prediction.heatMaps)) } : {}),
        // The last one: where it is, all is there.
        [results.json]: `${JSON.stringify(recordOf(options, photo, box, prediction, trained), undefined, 2)}\n`,
      },
      out,
    );
    const numDrawn = prediction.joints.filter(({ score }) => score >= minScore).length;
    console.log(`${numDrawn} of ${jointNames.length} joints score ${minScore} or more.`);
    console.log(files.join('\n'));
  } finally {
    trained.source.dispose();
  }
}

/** What NAME.json holds. Coordinates are 0-based pixels of the upright photograph; the box is given by its edges. */
function recordOf(
  { checkpoint, image }: PredictOptions,
  { fullWidth, fullHeight }: DecodedImage,
  { center, sizePx }: CropBox,
  { joints }: PhotoPrediction,
  { config, model, source }: TrainedModel,
): object {
  const { x, y } = { x: center.x + 0.5, y: center.y + 0.5 };
  return {
    image,
    width: fullWidth,
    height: fullHeight,
    box: [x - sizePx / 2, y - sizePx / 2, x + sizePx / 2, y + sizePx / 2].map((edge) => rounded(edge, 2)),
    joints: joints.map((joint, id) => ({
      name: jointNames[id]!,
      x: rounded(joint.x, 2),
      y: rounded(joint.y, 2),
      score: rounded(joint.score, 4),
    })),
    model: {
      checkpoint,
      dataset: config.dataset,
      weights: config.weights,
      ringSize: config.weights === 'ring' ? source.ringSize : null,
      parameters: countParameters(source).total,
      numStacks: model.numStacks,
      numFeatures: model.numFeatures,
      inputSize: model.inputSize,
      flipTest: config.flipTest,
    },
  };
}

function rounded(value: number, numDigits: number): number {
  return Number(value.toFixed(numDigits));
}

async function asPng({ data, width, height, channels }: Pixels): Promise<Uint8Array> {
  return sharp(data, { raw: { width, height, channels } }).png().toBuffer();
}
