// How a trained network does on corrupted test images: all 15 corruptions at all 5 severities.
import { createRng } from 'rpg-core';
import type { Measured, TrainedRun } from 'training-kit/commands';
import { corruptedSplit } from '../corruptions/corrupted-split.js';
import {
  corruptionFamilies,
  type CorruptionName,
  corruptionNames,
  severities,
  type Severity,
} from '../corruptions/index.js';
import { evaluate } from '../evaluate.js';
import { openTrainedModel, type TrainedModel } from '../trained-model.js';

/** Decides every random choice: all networks see the same images. */
const SEED = 'corruptions';

/** The first of test at `small`, for the sake of time; all of it at `full`. */
const numImages = { small: 1000, full: Infinity } as const;

/**
 * Top-1 on corrupted images, shares from 0 to 1: `corruptedTop1`, the mean over all; a mean for each family, `noiseTop1` and
 * so on. And curves over the severity: `top1/SEVERITY`, the mean over corruptions, with the same images as they are at 0; and
 * `NAME/SEVERITY` of each corruption.
 */
export async function corruptedTop1({ checkpoint, keyFile, scale, note }: TrainedRun): Promise<Measured> {
  const trained = await openTrainedModel(checkpoint, null, keyFile);
  try {
    return await top1OfVersions(trained, { numImages: numImages[scale], note });
  } finally {
    trained.source.dispose();
  }
}

/** Exported for its test. */
export async function top1OfVersions(
  { model, source, dataset }: Pick<TrainedModel, 'model' | 'source' | 'dataset'>,
  { numImages, note }: { readonly numImages: number; readonly note: (line: string) => void },
): Promise<Measured> {
  const { test, normalization } = dataset;
  const images = test.select(Array.from({ length: Math.min(numImages, test.numExamples) }, (_, i) => i));
  const clean = await evaluate(model, source, images);
  const rng = createRng(SEED);
  const versions: { readonly name: CorruptionName; readonly severity: Severity; readonly top1: number }[] = [];
  for (const name of corruptionNames) {
    for (const severity of severities) {
      const corrupted = await corruptedSplit(images, { name, severity, rng, normalization });
      versions.push({ name, severity, top1: (await evaluate(model, source, corrupted)).top1 });
    }
    const top1 = meanTop1(versions.filter((version) => version.name === name));
    note(`  ${name}: ${(100 * top1).toFixed(1)} % of ${images.numExamples} images`);
  }
  const families: [string, readonly CorruptionName[]][] = Object.entries(corruptionFamilies);
  const familyMeans = families.map(([family, ofFamily]) => {
    return [`${family}Top1`, meanTop1(versions.filter(({ name }) => ofFamily.includes(name)))] as const;
  });
  const severityMeans = severities.map((severity) => {
    return [`top1/${severity}`, meanTop1(versions.filter((version) => version.severity === severity))] as const;
  });
  return {
    corruptedTop1: meanTop1(versions),
    ...Object.fromEntries(familyMeans),
    'top1/0': clean.top1,
    ...Object.fromEntries(severityMeans),
    ...Object.fromEntries(versions.map(({ name, severity, top1 }) => [`${name}/${severity}`, top1] as const)),
  };
}

function meanTop1(versions: readonly { readonly top1: number }[]): number {
  return versions.reduce((sum, { top1 }) => sum + top1, 0) / versions.length;
}
