// The frames of a 2D-3D-S folder by name: area_*/data/{rgb,depth,normal}/camera_*_frame_*_domain_*.png. The poses beside
// them are not read.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, DataError, reasonOf } from 'training-kit/errors';
import type { OnBadImage } from '../on-bad-image.js';

export const modalities = ['rgb', 'depth', 'normal'] as const;
export type Modality = (typeof modalities)[number];

/** The word at the end of a file's name. */
const domains = { rgb: 'rgb', depth: 'depth', normal: 'normals' } as const satisfies Record<Modality, string>;

/** A frame's place in the folder: plain data. */
export interface FrameName {
  /** The area's folder, 'area_5a'. */
  readonly area: string;
  /** What the names of its files have in common: 'camera_{uuid}_{room}_{i}_frame_{j}'. */
  readonly name: string;
}

export function framePath(folder: string, { area, name }: FrameName, modality: Modality): string {
  return join(folder, area, 'data', modality, `${name}_domain_${domains[modality]}.png`);
}

/** A frame as a text, 'area_3/camera_…_frame_41'. */
export function frameKey({ area, name }: FrameName): string {
  return `${area}/${name}`;
}

/** The position that a frame was taken from, in all directions: the uuid in its name. */
export function cameraOf({ name }: FrameName): string | undefined {
  return /^camera_([^_]+)_/.exec(name)?.[1];
}

/** False for cameras that are numbered, as rendered rooms' are in each of their areas, and not drawn as 2D-3D-S's. */
export function isDrawnCamera(camera: string): boolean {
  return !camera.startsWith('0'.repeat(16));
}

/** Area and room, 'area_3/office_5': frames of one room show the same things. */
export function roomOf({ area, name }: FrameName): string {
  return `${area}/${/^camera_[^_]*_(.+)_frame_\d+$/.exec(name)?.[1] ?? name}`;
}

/** Folders of areas in `folder`, sorted. @throws DataError when there is none */
export async function listAreas(folder: string): Promise<readonly string[]> {
  const entries = await namesIn(folder, 'Pass the folder that holds the area_* folders of 2D-3D-S.');
  const areas = entries.filter((entry) => entry.startsWith('area_')).sort();
  if (areas.length > 0) return areas;
  throw new DataError(
    folder,
    `${folder} holds no areas, expected folders area_1, area_2, … of 2D-3D-S.\nPass the folder that the archives were ` +
      'unpacked in.',
  );
}

/**
 * The frames of an area, sorted by name.
 *
 * @param onBadImage at 'skip' frames that lack one of their three files are among them
 * @throws DataError when a folder is missing or empty, or at 'stop' a frame lacks one of its files
 */
export async function listFrames(
  folder: string,
  area: string,
  onBadImage: OnBadImage = 'stop',
): Promise<readonly FrameName[]> {
  const named = await Promise.all(modalities.map((modality) => namedFrames(folder, area, modality)));
  const all = [...new Set(named.flatMap((names) => [...names]))].sort();
  const lacking = all.flatMap((name) =>
    modalities.flatMap((modality, i) => (named[i]!.has(name) ? [] : [framePath(folder, { area, name }, modality)])),
  );
  if (lacking.length > 0 && onBadImage === 'stop') {
    throw new DataError(
      lacking[0]!,
      `${join(folder, area, 'data')}: ${lacking.length} of ${3 * all.length} files are missing; the first is ` +
        `${lacking[0]}.\nExpected rgb, depth and normal of every frame. Unpack the area again, or leave such frames out ` +
        'with --on-bad-image skip.',
    );
  }
  if (all.length > 0) return all.map((name) => ({ area, name }));
  throw new DataError(
    join(folder, area),
    `${join(folder, area, 'data')} holds no frames, expected rgb/camera_…_frame_…_domain_rgb.png and the like.`,
  );
}

async function namedFrames(folder: string, area: string, modality: Modality): Promise<ReadonlySet<string>> {
  const within = join(folder, area, 'data', modality);
  const entries = await namesIn(within, 'Unpack this part of the area too: rgb, depth and normal are needed.');
  const ending = `_domain_${domains[modality]}.png`;
  const isFrame = new RegExp(`^camera_.+_frame_\\d+${ending.replace('.', '\\.')}$`);
  return new Set(entries.filter((entry) => isFrame.test(entry)).map((entry) => entry.slice(0, -ending.length)));
}

async function namesIn(folder: string, mend: string): Promise<readonly string[]> {
  return readdir(folder).catch((cause: unknown) => {
    const code = codeOf(cause);
    const reason =
      code === 'ENOENT'
        ? 'there is no such folder'
        : code === 'ENOTDIR'
          ? 'it, or a part of its path, is a file'
          : reasonOf(cause);
    throw new DataError(folder, `Cannot read ${folder}: ${reason}.\n${mend}`, { cause });
  });
}
