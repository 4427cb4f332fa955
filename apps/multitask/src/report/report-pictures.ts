// Pictures of a report: what the network sees in frames of test, beside the truth; some as they come, and the worst.
import { evenlyChosen, type GalleryImage, type ImagesSection } from 'training-kit/report';
import { type EvalBatch, evalBatches } from '../data/batches/batches.js';
import { normalBytes } from '../data/frames/encode-png.js';
import { roomOf } from '../data/frames/frame-files.js';
import { selectFrames } from '../data/select-frames.js';
import type { Split } from '../data/split.js';
import { toRgbBytes } from '../data/views/normalization.js';
import { predictBatch } from '../evaluate.js';
import { DepthSums } from '../metrics/depth-metrics.js';
import type { PredictedPixels, Truth } from '../metrics/metrics.js';
import { angleBetween, NormalSums } from '../metrics/normal-metrics.js';
import type { MultitaskOutcome } from './outcome.js';
import { describeRange, knownRange, rangeColours, tile } from './surface-colours.js';

/** Frames that the worst are looked for among, and how many are shown; a second look at all of test could take hours. */
const NUM_LOOKED_AT = 200;
const numShown = { usual: 6, worst: 4 } as const;
/** A picture's least side, pixels. */
const LEAST_SIZE = 128;
/** Degrees that are yellow. */
const MOST_ANGLE = 60;

/** One frame with what the network says of it. */
interface SeenFrame extends Truth {
  /** In the split. */
  readonly place: number;
  /** uint8 [size, size, 3] */
  readonly image: Uint8Array;
  readonly predicted: PredictedPixels;
}

/** How far a frame's prediction is off; undefined where nothing is known of it. */
interface FrameErrors {
  readonly place: number;
  /** Metres, RMSE. */
  readonly depth: number | undefined;
  /** Degrees, mean. */
  readonly normals: number | undefined;
}

/** What to look for in a gallery, and the one error that its frames are chosen by. */
type Task = 'depth' | 'normals';

/** Four galleries: depth and normals, of frames as they come and of the worst. */
export async function pictures(outcome: MultitaskOutcome): Promise<ImagesSection[]> {
  const { test } = outcome.dataset;
  const places = Array.from({ length: test.numExamples }, (_, i) => i);
  const errors: FrameErrors[] = [];
  for await (const frame of seenFrames(outcome, evenlyChosen(places, NUM_LOOKED_AT))) {
    errors.push(errorsOf(frame, test.maxDepth));
  }
  const worst = (task: Task): FrameErrors[] =>
    errors
      .filter((ofFrame) => ofFrame[task] !== undefined)
      .toSorted((a, b) => b[task]! - a[task]!)
      .slice(0, numShown.worst);
  const usual = evenlyChosen(errors, numShown.usual);
  const among = errors.length === test.numExamples ? 'all' : `${errors.length}, evenly chosen,`;
  const sections: ImagesSection[] = [];
  for (const task of ['depth', 'normals'] as const) {
    const title = task === 'depth' ? 'Depth' : 'Normals';
    const layout = 'Each: the image and the truth, below them the prediction and its error. ';
    const mostError = 2 * outcome.test.depth.rmse;
    const colours =
      task === 'depth'
        ? `Error: dark 0, yellow ${mostError.toFixed(2)} m or more. Depths of a frame share one scale. Grey is missing.`
        : `Error: dark 0°, yellow ${MOST_ANGLE}° or more. Red to the right, green down, blue away. Grey is missing.`;
    const gallery = (of: readonly FrameErrors[]) => galleryOf(outcome, task, of, mostError);
    sections.push(
      { kind: 'images', title: `${title}, evenly from test`, note: layout + colours, images: await gallery(usual) },
      {
        kind: 'images',
        title: `${title}, the worst`,
        note: `Largest ${task === 'depth' ? 'RMSE' : 'mean angle'} among ${among} of test’s frames. ${colours}`,
        images: await gallery(worst(task)),
      },
    );
  }
  return sections;
}

function errorsOf(frame: SeenFrame, maxDepth: number): FrameErrors {
  const { place, predicted } = frame;
  const depth = new DepthSums({ maxDepth });
  const normals = new NormalSums();
  depth.add(predicted.depths, frame.depths, frame.depthMask);
  normals.add(predicted.normals, frame.normals, frame.normalsMask);
  return {
    place,
    depth: frame.depthMask.includes(1) ? depth.errors().rmse : undefined,
    normals: frame.normalsMask.includes(1) ? normals.errors().meanAngle : undefined,
  };
}

async function galleryOf(
  outcome: MultitaskOutcome,
  task: Task,
  errors: readonly FrameErrors[],
  mostError: number,
): Promise<GalleryImage[]> {
  const { input, dataset } = outcome;
  const images: GalleryImage[] = [];
  const ofPlace = new Map(errors.map((ofFrame) => [ofFrame.place, ofFrame]));
  for await (const frame of seenFrames(outcome, [...ofPlace.keys()])) {
    const error = ofPlace.get(frame.place)![task];
    const name = frameTitle(dataset.test, frame.place);
    const { rows, caption } = task === 'depth' ? depthRows(frame, mostError, error) : normalRows(frame, error);
    images.push({ pixels: tile(rows, input.inputSize, LEAST_SIZE), caption: `${name}: ${caption}` });
  }
  return images;
}

interface Drawn {
  readonly rows: readonly (readonly Uint8Array[])[];
  readonly caption: string;
}

function depthRows(frame: SeenFrame, mostError: number, rmse: number | undefined): Drawn {
  const { depths, depthMask, predicted, image } = frame;
  const range = knownRange(depths, depthMask) ?? knownRange(predicted.depths)!;
  const misses = depths.map((depth, i) => Math.abs(predicted.depths[i]! - depth));
  return {
    rows: [
      [image, rangeColours(depths, range, depthMask)],
      [rangeColours(predicted.depths, range), rangeColours(misses, { low: 0, high: mostError }, depthMask)],
    ],
    caption: `${rmse === undefined ? 'no known depth' : `RMSE ${rmse.toFixed(2)} m`}; ${describeRange(range)}`,
  };
}

function normalRows(frame: SeenFrame, meanAngle: number | undefined): Drawn {
  const { normals, normalsMask, predicted, image } = frame;
  const angles = normalsMask.map((_, i) => angleBetween(predicted.normals, normals, 3 * i));
  return {
    rows: [
      [image, normalBytes(normals)],
      [normalBytes(predicted.normals), rangeColours(angles, { low: 0, high: MOST_ANGLE }, normalsMask)],
    ],
    caption: meanAngle === undefined ? 'no known normal' : `mean angle ${meanAngle.toFixed(1)}°`,
  };
}

function frameTitle({ frames }: Split, place: number): string {
  if (frames.kind === 'rendered') return `frame ${place}`;
  const name = frames.names[place]!;
  return `${roomOf(name)}, ${/frame_\d+$/.exec(name.name)?.[0].replace('_', ' ') ?? `frame ${place}`}`;
}

/** The frames at `places` with predictions of the last sub-network. */
async function* seenFrames(
  { model, source, input, dataset }: MultitaskOutcome,
  places: readonly number[],
): AsyncGenerator<SeenFrame, void, undefined> {
  const weights = source.generate();
  try {
    for await (const batch of evalBatches(selectFrames(dataset.test, places), { batchSize: 1, input })) {
      yield {
        ...truthOf(batch),
        place: places[batch.examples[0]!]!,
        image: toRgbBytes(batch.images, input.normalization),
        predicted: predictBatch(model, weights, batch),
      };
    }
  } finally {
    weights.dispose();
  }
}

function truthOf({ depths, depthMask, normals, normalsMask }: EvalBatch): Truth {
  return { depths, depthMask, normals, normalsMask };
}
