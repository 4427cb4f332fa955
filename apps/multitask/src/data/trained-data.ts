// What a network of this app was trained on: its normalisation, which goes wherever it goes, and the frames of each split.
import {
  type Checkpoint,
  type DataAtHand,
  examplesInMemory,
  namedExamples,
  type SplitAtHand,
  type TrainedData,
  trainedDataOf,
} from 'training-kit';
import { DataError } from 'training-kit/errors';
import { z } from 'zod';
import type { DatasetName } from './data-config.js';
import { type Dataset, normalizations } from './dataset.js';
import { frameKey } from './frames/frame-files.js';
import type { Split } from './split.js';
import type { Normalization } from './views/normalization.js';

/** What run record and checkpoint keep of a training on `dataset`, and what is compared with it later. */
export function dataAtHand(dataset: Dataset, normalization: Normalization): DataAtHand {
  const { train, val, test } = dataset;
  return { network: { normalization }, splits: { train: framesOf(train), val: framesOf(val), test: framesOf(test) } };
}

function framesOf({ frames, numExamples }: Split): SplitAtHand {
  if (frames.kind === 'files') return namedExamples(() => frames.names.map(frameKey));
  // Rooms follow from the name of their stream and their size.
  return examplesInMemory(numExamples, [Buffer.from(`${frames.rngPath} ${frames.sizePx} px`)]);
}

/**
 * How the network of a checkpoint wants its images.
 *
 * @throws DataError when the checkpoint says something else than a normalisation
 */
export function normalizationOf(checkpoint: Pick<Checkpoint, 'file' | 'data' | 'config'>): Normalization {
  return normalizationIn(trainedDataOf(checkpoint), checkpoint.config.dataset);
}

/**
 * The same from a run's record.
 *
 * @param dataset the one in the settings: versions that kept nothing of the data trained with its own
 */
export function normalizationIn(trained: TrainedData, dataset: unknown): Normalization {
  const fallback = normalizations[dataset as DatasetName] as Normalization | undefined;
  if (trained.kind === 'none' || trained.kind === 'unknown') {
    if (fallback !== undefined) return fallback;
    const from = trained.kind === 'none' ? 'The run' : trained.from;
    throw new DataError(
      from,
      `${from} does not say what its network was trained on: it is a checkpoint of another app.`,
    );
  }
  const { data } = normalizationSchema.safeParse(trained.identity.network.normalization);
  if (data !== undefined) return data;
  throw new DataError(
    trained.from,
    `${trained.from} does not say how its network wants its images, expected a normalisation with mean and std; it is a ` +
      'checkpoint of another app.',
  );
}

/** Keys of the frames that were held out of a training; none where that is not known. */
export async function heldOutOf(trained: TrainedData): Promise<readonly string[]> {
  return trained.kind === 'known' ? ((await trained.namesOf('val')) ?? []) : [];
}

const channels = z.tuple([z.number(), z.number(), z.number()]);
const normalizationSchema = z.object({ mean: channels, std: channels });
