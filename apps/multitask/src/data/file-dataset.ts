// 2D-3D-S's folders, or others laid out like them, as three splits.
import { createRng } from 'rpg-core/rng';
import type { LeftOutImages } from 'training-kit/data';
import { ConfigError, DataError } from 'training-kit/errors';
import { chooseAreas, holdOutRooms, holdOutSameRooms } from './areas.js';
import type { DataConfig } from './data-config.js';
import { filesEncoding, type FrameEncoding } from './frames/encoding.js';
import { soundFrames } from './frames/frame-checks.js';
import { type FrameName, listAreas, listFrames } from './frames/frame-files.js';
import { NORMAL_AXES_EXPECTED, parseNormalAxes } from './frames/normal-axes.js';
import type { OnBadImage } from './on-bad-image.js';
import type { Split } from './split.js';
import { checkFoldersApart, checkSplitsApart } from './splits-apart.js';

/** @throws ConfigError, DataError as `openDataset` does */
export async function openFiles(
  config: DataConfig,
  leftOut: LeftOutImages,
  note: (line: string) => void,
  heldOutBefore: readonly string[],
): Promise<{ readonly train: Split; readonly val: Split; readonly test: Split }> {
  const { folder, maxDepth, valExamples, seed, onBadImage } = config;
  if (folder === null) {
    throw new ConfigError(
      'folder',
      'folder is not set: 2D-3D-S is read from files. Pass --folder PATH, the folder of its area_* folders.',
    );
  }
  const encoding = encodingOf(config);
  const areas = chooseAreas(config, folder, await listAreas(folder));
  await checkFoldersApart(folder, [...areas.train, ...(areas.val ?? []), ...areas.test]);
  const framesOf = async (names: readonly string[]): Promise<readonly FrameName[]> => {
    const frames: FrameName[] = [];
    for (const area of names) frames.push(...(await listFrames(folder, area, onBadImage)));
    return frames;
  };
  const ofTrain = await framesOf(areas.train);
  const { train, val } =
    areas.val === null
      ? (holdOutSameRooms(ofTrain, heldOutBefore) ??
        holdOutRooms(ofTrain, valExamples, createRng(seed).fork('data').fork('val')))
      : { train: ofTrain, val: await framesOf(areas.val) };
  const named = { train, val, test: await framesOf(areas.test) };
  const sound = await checkFrames(named, folder, onBadImage, leftOut, note);
  await checkSplitsApart(folder, sound, note);
  // Bad frames keep their places: the steps of an epoch do not depend on what can be read, and a resumed run goes on.
  const splitOf = (names: readonly FrameName[]): Split => ({
    numExamples: names.length,
    frames: { kind: 'files', folder, encoding, names, onBadImage },
    maxDepth,
  });
  return { train: splitOf(named.train), val: splitOf(named.val), test: splitOf(named.test) };
}

type SplitFrames = Readonly<Record<'train' | 'val' | 'test', readonly FrameName[]>>;

/** Looks at every frame. @returns the sound ones @throws DataError for a bad one at 'stop', or when a split has no other */
async function checkFrames(
  named: SplitFrames,
  folder: string,
  onBadImage: OnBadImage,
  leftOut: LeftOutImages,
  note: (line: string) => void,
): Promise<SplitFrames> {
  const soundOf = async (name: keyof SplitFrames): Promise<readonly FrameName[]> => {
    const bad: DataError[] = [];
    const sound = await soundFrames(folder, named[name], name !== 'train', (error) => {
      if (onBadImage === 'stop') throw error;
      bad.push(error);
    });
    if (bad.length === 0) return sound;
    if (sound.length === 0) {
      throw new DataError(
        folder,
        `None of the ${bad.length} frames of ${name} in ${folder} can be read. The first: ${bad[0]!.message}`,
      );
    }
    for (const error of bad) await leftOut.add(error.file, () => Promise.resolve(error.message));
    note(`${name}: ${bad.length} of ${named[name].length} frames cannot be read and are left out.`);
    return sound;
  };
  return { train: await soundOf('train'), val: await soundOf('val'), test: await soundOf('test') };
}

/** @throws ConfigError for axes that are none */
export function encodingOf({ depthUnit, normalAxes }: Pick<DataConfig, 'depthUnit' | 'normalAxes'>): FrameEncoding {
  const axes = normalAxes === null ? filesEncoding.normalAxes : parseNormalAxes(normalAxes);
  if (axes === undefined) {
    throw new ConfigError('normalAxes', `normalAxes is "${normalAxes!}", expected ${NORMAL_AXES_EXPECTED}.`);
  }
  return { metresPerStep: depthUnit ?? filesEncoding.metresPerStep, normalAxes: axes };
}
