// Pictures of a report: skeletons on the images, the best and the worst ones, and what the heat maps look like.
import * as tf from '@tensorflow/tfjs-core';
import { percent } from 'training-kit';
import { evenlyChosen, type GalleryImage, type Pixels, type Section } from 'training-kit/report';
import { jointAt, jointStates, type PersonRecord, type Point } from '../data/annotations/person-record.js';
import { evalBatches } from '../data/batches/batches.js';
import { numJoints } from '../data/joints.js';
import { selectPeople } from '../data/select-people.js';
import type { Split } from '../data/split.js';
import { applyAffine, boxRules, cropBoxOf, imageToCrop } from '../data/views/crop.js';
import type { CropSettings } from '../data/views/crop-settings.js';
import type { PosePrediction } from '../evaluate.js';
import { predictHeatMaps } from '../predict/predict-heat-maps.js';
import { drawSkeleton, overlayHeatMap, strongestOf } from './drawing.js';
import type { PoseOutcome } from './outcome.js';

/** People shown of the good ones, of the bad ones, and of heat maps. */
const numShown = { good: 8, bad: 8, maps: 4 } as const;
/** Pictures are cut anew from the images at this size, larger than what the network sees. */
const PICTURE_SIZE = 224;

/** Sections with pictures; none where nobody was held out. */
export async function pictures(outcome: PoseOutcome): Promise<Section[]> {
  const { test, heldOut, crop } = outcome;
  if (test === undefined) return [];
  const judged = test.predictions
    .map((prediction) => ({ prediction, share: shareFound(prediction.errors) }))
    .filter((item): item is { prediction: PosePrediction; share: number } => item.share !== undefined);
  const worst = judged.toSorted((a, b) => a.share - b.share).slice(0, numShown.bad);
  // Evenly from the whole set, nothing picked.
  const usual = evenlyChosen(judged, numShown.good);
  const gallery = async (items: typeof judged): Promise<GalleryImage[]> => {
    const views = await cutPictures(
      heldOut,
      items.map(({ prediction }) => prediction.example),
      crop,
    );
    return items.flatMap(({ prediction: { example, joints }, share }, i) => {
      const view = views[i];
      if (view === undefined) return [];
      const person = heldOut.people[example]!;
      const toPicture = imageToCrop(cropBoxOf(person, boxRules[crop.boxRule]), PICTURE_SIZE);
      const onPicture = (point: Point): Point => applyAffine(toPicture, point);
      return {
        pixels: drawSkeleton(view, joints.map(onPicture)),
        caption: `${person.image}: ${percent(share, 0)} of the joints found`,
        status: share >= 0.5 ? ('right' as const) : ('wrong' as const),
      };
    });
  };
  return [
    {
      kind: 'images',
      title: 'Predictions, evenly from the held-out people',
      note: 'The person’s left is blue, the right orange. Found: within half a head’s size.',
      images: await gallery(usual),
    },
    {
      kind: 'images',
      title: 'The worst ones',
      note: 'Fewest joints found.',
      images: await gallery(worst),
    },
    await heatMapSection(
      outcome,
      usual.slice(0, numShown.maps).map(({ prediction }) => prediction.example),
    ),
  ];
}

/** Share of the annotated joints within half a head's size; undefined where it cannot be told. */
function shareFound(errors: Float64Array | null): number | undefined {
  const counted = errors?.filter((error) => !Number.isNaN(error));
  if (counted === undefined || counted.length === 0) return undefined;
  return counted.filter((error) => error < 0.5).length / counted.length;
}

/** Heat maps of all sub-networks' end over the image, beside the truth. */
async function heatMapSection(
  { model, source, crop, heldOut }: PoseOutcome,
  places: readonly number[],
): Promise<Section> {
  const views = await cutPictures(heldOut, places, crop);
  const images: GalleryImage[] = [];
  const weights = source.generate();
  for await (const batch of evalBatches(selectPeople(heldOut, places), { batchSize: 1, crop })) {
    const place = batch.examples[0]!;
    const view = views[place];
    if (view === undefined) continue; // unreadable meanwhile
    const person = heldOut.people[places[place]!]!;
    const maps = tf.tidy(() =>
      predictHeatMaps(model, weights, tf.tensor4d(batch.images, [1, batch.inputSize, batch.inputSize, 3]), {
        useFlipTest: false,
      }),
    );
    const square = { height: crop.mapSize, width: crop.mapSize };
    const strongest = strongestOf(maps.dataSync<'float32'>(), square);
    maps.dispose();
    const toPicture = imageToCrop(cropBoxOf(person, boxRules[crop.boxRule]), PICTURE_SIZE);
    images.push(
      { pixels: overlayHeatMap(view, strongest), caption: `${person.image}: heat maps, all joints` },
      {
        pixels: drawSkeleton(
          view,
          truthOf(person, (point) => applyAffine(toPicture, point)),
        ),
        caption: `${person.image}: as annotated`,
      },
    );
  }
  weights.dispose();
  return {
    kind: 'images',
    title: 'Heat maps',
    note: `The last sub-network’s ${numJoints} maps in one picture: yellow is 1, dark blue 0.`,
    images,
  };
}

function truthOf(person: PersonRecord, onPicture: (point: Point) => Point): (Point | undefined)[] {
  return Array.from({ length: numJoints }, (_, joint) =>
    person.states[joint] === jointStates.missing ? undefined : onPicture(jointAt(person, joint)),
  );
}

/** Crops of the people at `places`, for the eye: larger, and as 8-bit colours; undefined where none can be read. */
async function cutPictures(
  split: Split,
  places: readonly number[],
  crop: CropSettings,
): Promise<readonly (Pixels | undefined)[]> {
  const seen: CropSettings = { ...crop, inputSize: PICTURE_SIZE, normalization: { mean: [0, 0, 0], std: [1, 1, 1] } };
  const views = new Array<Pixels | undefined>(places.length).fill(undefined);
  for await (const { images, examples } of evalBatches(selectPeople(split, places), { batchSize: 1, crop: seen })) {
    const data = Uint8Array.from(images, (value) => Math.round(255 * Math.min(1, Math.max(0, value))));
    views[examples[0]!] = { data, width: PICTURE_SIZE, height: PICTURE_SIZE, channels: 3 };
  }
  return views;
}
