// `nx run multitask:predict`: a photograph in, its depths and normals as PNG files out.
import { parse } from 'node:path';
import { countParameters } from 'rpg-core';
import { checkResultFiles, parseCommandLine, pathText, writeResultFiles } from 'training-kit';
import { deviceFlag, keyFileFlag, openBackend } from 'training-kit/commands';
import { type DecodedImage, readPhoto } from 'training-kit/images';
import { z } from 'zod';
import { depthPng, normalBytes, rgbPng } from '../data/frames/encode-png.js';
import { DEPTH_STEPS_PER_METER } from '../data/frames/encoding.js';
import { centredSquare, overviewOf, type PhotoPrediction, predictPhoto } from '../predict/predict-photo.js';
import { resizePrediction } from '../predict/resize-prediction.js';
import { type ColourRange, describeRange } from '../report/surface-colours.js';
import { openTrainedModel, type TrainedModel } from '../trained-model.js';

const schema = z.strictObject({
  checkpoint: pathText().describe('a file of a run: runs/multitask/NAME/checkpoints/best.safetensors'),
  image: pathText().describe('the photograph: JPEG, PNG or WebP; its centred square is looked at'),
  resize: z
    .int()
    .min(16)
    .max(4096)
    .nullable()
    .default(null)
    .describe('side of depths and normals in pixels; the network’s own when left out'),
  out: pathText().default('.').describe('folder for the results; made when needed'),
  overwrite: z.boolean().default(false).describe('replace results from before'),
});

type PredictOptions = z.output<typeof schema>;

/** Predicts as the flags say. */
export async function predictCommand(argv: readonly string[]): Promise<void> {
  const call = parseCommandLine(
    {
      name: 'npx nx run multitask:predict --',
      description:
        'Depth and surface normal of each pixel of a photograph; writes NAME-depth.png (16 bits, 1/512 m) and ' +
        'NAME-normal.png (127.5-centred) as 2D-3D-S encodes them, NAME-overview.png for the eye, and NAME.json.',
      schema,
      presets: {},
      extra: z.strictObject({ device: deviceFlag, keyFile: keyFileFlag }),
      examples: [
        {
          command:
            'npx nx run multitask:predict -- --checkpoint runs/multitask/NAME/checkpoints/best.safetensors ' +
            '--image photos/a.jpg --out results',
          does: 'results/a-depth.png, a-normal.png, a-overview.png and a.json',
        },
      ],
    },
    argv,
  );
  if (call === undefined) return;
  const { config: options } = call;
  const { checkpoint, image, out } = options;
  const { name } = parse(image);
  const results = {
    depth: `${name}-depth.png`,
    normal: `${name}-normal.png`,
    overview: `${name}-overview.png`,
    json: `${name}.json`,
  };
  await checkResultFiles(Object.values(results), { ...options, folder: out, input: image });
  const photo = await readPhoto(image);

  await openBackend(call.extra.device);
  const trained = await openTrainedModel(checkpoint, call.extra.keyFile);
  try {
    const prediction = predictPhoto(trained, photo);
    const size = options.resize ?? prediction.size;
    const { depths, normals } = resizePrediction(prediction, prediction.size, size);
    const { pixels, range } = overviewOf(prediction);
    const square = { width: size, height: size };
    const files = await writeResultFiles(
      {
        [results.depth]: await depthPng(depths, square).toBuffer(),
        [results.normal]: await rgbPng(normalBytes(normals), square).toBuffer(),
        [results.overview]: await rgbPng(new Uint8Array(pixels.data), pixels).toBuffer(),
        // The last one: where it is, all is there.
        [results.json]: `${JSON.stringify(recordOf(options, photo, { ...prediction, size, depths, normals }, range, trained), undefined, 2)}\n`,
      },
      out,
    );
    console.log(`depths in the overview: ${describeRange(range)}`);
    if (prediction.numHeld > 0) {
      console.log(`${prediction.numHeld} depths are beyond what the file can hold and were moved to the nearest.`);
    }
    console.log(files.join('\n'));
  } finally {
    trained.source.dispose();
  }
}

/** What NAME.json holds; depths and normals as written. The square is given by its edges in pixels of the upright photograph. */
function recordOf(
  { checkpoint, image }: PredictOptions,
  photo: DecodedImage,
  { size, normals, numHeld }: PhotoPrediction,
  { low, high }: ColourRange,
  { config, model, source }: TrainedModel,
): object {
  return {
    image,
    width: photo.fullWidth,
    height: photo.fullHeight,
    square: centredSquare(photo),
    size,
    depth: {
      stepsPerMeter: DEPTH_STEPS_PER_METER,
      least: rounded(low),
      most: rounded(high),
      held: numHeld,
    },
    normal: { axes: 'x right, y down, z forward', encoding: '127.5 * (n + 1)', missing: numMissing(normals) },
    model: {
      checkpoint,
      dataset: config.dataset,
      weights: config.weights,
      ringSize: config.weights === 'ring' ? source.ringSize : null,
      parameters: countParameters(source).total,
      numStacks: model.numStacks,
      width: model.width,
      inputSize: model.inputSize,
    },
  };
}

function numMissing(normals: Float32Array): number {
  let count = 0;
  for (let at = 0; at < normals.length; at += 3) {
    if (normals.subarray(at, at + 3).every((component) => component === 0)) count++;
  }
  return count;
}

/** Metres to a tenth of a millimetre. */
function rounded(metres: number): number {
  return Number(metres.toFixed(4));
}
