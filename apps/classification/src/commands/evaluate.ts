// `nx run classification:evaluate`: a checkpoint in, metrics out.
import * as tf from '@tensorflow/tfjs-core';
import type { WeightSource } from 'rpg-core';
import type { Classifier } from 'rpg-core/resnet';
import { freeze, isFreezable } from 'tensorflow-runtime';
import { counted, type EffectRule, parseCommandLine, pathText, percent } from 'training-kit';
import { deviceFlag, keyFileFlag, openBackend } from 'training-kit/commands';
import { z } from 'zod';
import type { Dataset } from '../data/dataset.js';
import { openObjectNet } from '../data/object-net/object-net.js';
import { describeSample, trainSample } from '../data/train-sample.js';
import { evaluate } from '../evaluate.js';
import { checkImagenetClasses, evaluateOnObjectNet } from '../evaluate-object-net.js';
import { openTrainedModel, type TrainedModel } from '../trained-model.js';

const schema = z.strictObject({
  checkpoint: pathText().describe('a file of a run: runs/classification/NAME/checkpoints/best.safetensors'),
  data: pathText().nullable().default(null).describe('folder of the data; the run’s own when left out'),
  wholeTrain: z
    .boolean()
    .default(false)
    .describe('train: all images trained on, in place of the report’s sample, which has as many as test'),
  objectNet: pathText()
    .nullable()
    .default(null)
    .describe(
      'ObjectNet’s folder (images/, mappings/): top-1 and top-5 on it in place of the rest, for networks of ImageNet',
    ),
  timedBatches: z.int().min(1).default(10).describe('forward passes a time per image is measured over'),
});

const effects: readonly EffectRule<z.output<typeof schema>>[] = [
  {
    settings: ['wholeTrain', 'timedBatches'],
    unread: ({ objectNet }) =>
      objectNet === null
        ? undefined
        : 'with --object-net the run’s own images are not asked about, and nothing is timed',
  },
];

/** Evaluates as the flags say. */
export async function evaluateCommand(argv: readonly string[]): Promise<void> {
  const call = parseCommandLine(
    {
      name: 'npx nx run classification:evaluate --',
      description: 'Loss, top-1 and top-5 on train, val and test, the gap between train and val, and ms per image.',
      schema,
      presets: {},
      effects,
      extra: z.strictObject({ device: deviceFlag, keyFile: keyFileFlag }),
      examples: [
        {
          command:
            'npx nx run classification:evaluate -- --checkpoint runs/classification/NAME/checkpoints/best.safetensors',
          does: 'all splits of the data that the run was trained on',
        },
        {
          command: 'npx nx run classification:evaluate -- --checkpoint FILE --object-net DIR/objectnet-1.0',
          does: 'a network of ImageNet on other pictures of its classes (table 6(c))',
        },
      ],
    },
    argv,
  );
  if (call === undefined) return;
  await openBackend(call.extra.device);
  const { checkpoint, data, objectNet } = call.config;
  const trained = await openTrainedModel(checkpoint, data, call.extra.keyFile);
  const { about, config, dataset, model, source } = trained;
  console.log(about);
  if (objectNet !== null) {
    await reportObjectNet(objectNet, checkpoint, trained);
    return;
  }
  const train = call.config.wholeTrain ? dataset.train : trainSample(dataset, config.seed);
  await report({ ...dataset, train }, model, source);
  console.log(`train: ${describeSample(train.numExamples, dataset)}, without augmentation`);
  for (const batchSize of [1, 128]) {
    const perImage = timePerImage(model, source, dataset, { batchSize, numBatches: call.config.timedBatches });
    console.log(`batch ${String(batchSize).padStart(3)}: ${perImage.toFixed(2)} ms per image`);
  }
}

async function report(
  dataset: Pick<Dataset, 'train' | 'val' | 'test' | 'leftOutByClass'>,
  model: Classifier,
  source: WeightSource,
): Promise<void> {
  const top1 = new Map<string, number>();
  console.log('split   examples     loss    top-1    top-5');
  for (const name of ['train', 'val', 'test'] as const) {
    const split = dataset[name];
    if (split.numExamples === 0) continue;
    const result = await evaluate(model, source, split);
    top1.set(name, result.top1);
    const cells = [result.loss.toFixed(4), percent(result.top1, 2), percent(result.top5, 2)].map((cell) =>
      cell.padStart(9),
    );
    console.log(`${name.padEnd(6)}${String(result.numExamples).padStart(10)}${cells.join('')}`);
  }
  for (const line of dataset.leftOutByClass()) console.log(line);
  const [train, val, test] = ['train', 'val', 'test'].map((name) => top1.get(name));
  if (train !== undefined && val !== undefined)
    console.log(`train − val gap: ${(100 * (train - val)).toFixed(2)} points`);
  if (train !== undefined && test !== undefined) {
    console.log(`train − test gap: ${(100 * (train - test)).toFixed(2)} points`);
  }
}

async function reportObjectNet(
  folder: string,
  checkpoint: string,
  { config, dataset, model, source }: TrainedModel,
): Promise<void> {
  const [imageSize] = dataset.imageShape;
  const note = (line: string): void => {
    console.log(line);
  };
  const objectNet = await openObjectNet(folder, { imageSize, numWorkers: config.numWorkers, note });
  checkImagenetClasses(checkpoint, dataset.classNames, objectNet);
  const { numImages, top1, top5 } = await evaluateOnObjectNet(model, source, objectNet);
  console.log(
    `ObjectNet, ${counted(numImages, 'image')} of the ${objectNet.classes.length} classes that ImageNet has, too: ` +
      `top-1 ${percent(top1, 2)}, top-5 ${percent(top5, 2)}`,
  );
  if (objectNet.leftOut.length > 0) {
    console.log(`Left out, since they cannot be read: ${counted(objectNet.leftOut.length, 'image')}.`);
  }
}

/** Milliseconds an image takes forward, weights generated beforehand, frozen where that can be; one pass is not counted. */
function timePerImage(
  model: Classifier,
  source: WeightSource,
  { imageShape }: Dataset,
  { batchSize, numBatches }: { batchSize: number; numBatches: number },
): number {
  const images = tf.zeros<tf.Rank.R4>([batchSize, ...imageShape]);
  const weights = source.generate();
  const apply = (x: tf.Tensor): tf.Tensor[] => [model.apply(weights, x as tf.Tensor4D, { isTraining: false })];
  const frozen = isFreezable() ? freeze(apply, images) : undefined;
  const forward = (): void => {
    const [logits] = frozen === undefined ? apply(images) : frozen.run(images);
    logits!.dataSync();
    logits!.dispose();
  };
  forward();
  const start = performance.now();
  for (let batch = 0; batch < numBatches; batch++) forward();
  const elapsed = performance.now() - start;
  frozen?.dispose();
  weights.dispose();
  images.dispose();
  return elapsed / (numBatches * batchSize);
}
