// `nx run multitask:render`: the rendered set as files in 2D-3D-S's layout.
import { parseCommandLine, pathText } from 'training-kit';
import { z } from 'zod';
import { configSchema } from '../config.js';
import { renderToFolder } from '../data/render-to-folder.js';

const schema = configSchema
  .pick({ renderedTrain: true, renderedTest: true, valExamples: true, renderedSizePx: true, seed: true })
  .extend({ out: pathText().describe('folder for the areas; one that does not exist yet or is empty') });

/** Shares of the work at which a line says how far it is. */
const NUM_LINES = 10;

/** Renders as the flags say. */
export async function renderCommand(argv: readonly string[]): Promise<void> {
  const call = parseCommandLine(
    {
      name: 'npx nx run multitask:render --',
      description:
        'Writes rendered rooms with exact depths and normals as area_train, area_val and area_test, laid out and ' +
        'encoded as 2D-3D-S. With the settings of a training they are its frames.',
      schema,
      presets: {},
      extra: z.strictObject({}),
      examples: [
        { command: 'npx nx run multitask:render -- --out rooms', does: 'the frames of the default training, 4600' },
        {
          command:
            'npx nx run multitask:train -- --dataset 2d3ds --folder rooms --train-areas train --val-areas val ' +
            '--test-areas test',
          does: 'trains on them as on files of 2D-3D-S',
        },
      ],
    },
    argv,
  );
  if (call === undefined) return;
  const { out, ...settings } = call.config;
  await renderToFolder(out, configSchema.parse({ ...settings, dataset: 'rendered' }), (numWritten, numFrames) => {
    const tenths = (count: number): number => Math.floor((NUM_LINES * count) / numFrames);
    if (tenths(numWritten) > tenths(numWritten - 1)) console.log(`${numWritten} of ${numFrames} frames`);
  });
  const { renderedTrain, valExamples, renderedTest } = settings;
  const areas = { area_train: renderedTrain, area_val: valExamples, area_test: renderedTest };
  for (const [area, count] of Object.entries(areas)) {
    if (count > 0) console.log(`${out}/${area}: ${count} frames`);
  }
}
