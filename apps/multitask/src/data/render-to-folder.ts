// Writes the rendered set as 2D-3D-S is laid out, for tools that read that, and to look at.
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { makeFolders } from 'training-kit';
import { codeOf, DataError, reasonOf } from 'training-kit/errors';
import type { DataConfig } from './data-config.js';
import { openDataset } from './dataset.js';
import { depthPng, normalBytes, rgbPng } from './frames/encode-png.js';
import { type FrameName, framePath, modalities } from './frames/frame-files.js';
import { castRoom } from './rendered.js';
import type { CastFrame } from './room/cast.js';
import { HALF_VIEW_TANGENT } from './room/scene.js';
import type { Split } from './split.js';

/**
 * Writes all frames of `config`'s rendered set: train, val and test as area_train, area_val and area_test. The folder
 * appears when it is whole.
 *
 * @param folder one that does not exist or is empty
 * @param onFrame called after each frame with how many are written, of how many
 * @throws ConfigError as `openDataset`
 * @throws DataError when the folder holds something or cannot be written; nothing is left behind
 */
export async function renderToFolder(
  folder: string,
  config: DataConfig,
  onFrame: (numWritten: number, numFrames: number) => void = () => undefined,
): Promise<void> {
  if (config.dataset !== 'rendered') throw new RangeError(`dataset is "${config.dataset}", expected "rendered".`);
  const { train, val, test } = await openDataset(config);
  await checkFree(folder);
  const whole = resolve(folder);
  const temporary = join(dirname(whole), `.${basename(whole)}.${randomBytes(6).toString('hex')}.part`);
  const splits = { train, val, test };
  const numFrames = Object.values(splits).reduce((sum, { numExamples }) => sum + numExamples, 0);
  let numWritten = 0;
  const countFrame = () => {
    onFrame(++numWritten, numFrames);
  };
  await makeFolders(temporary);
  try {
    for (const [name, split] of Object.entries(splits)) await writeArea(temporary, `area_${name}`, split, countFrame);
    await rename(temporary, whole); // takes the place of an empty folder, of no other
  } catch (cause) {
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined); // the first error is the one to tell
    throw new DataError(
      folder,
      `Cannot write ${folder}: ${reasonOf(cause)}.\nNothing was written; choose another folder.`,
      { cause },
    );
  }
}

async function checkFree(folder: string): Promise<void> {
  const entries = await readdir(folder).catch((cause: unknown) => {
    if (codeOf(cause) === 'ENOENT') return [];
    throw new DataError(folder, `Cannot write ${folder}: ${reasonOf(cause)}.\nChoose another folder.`, { cause });
  });
  if (entries.length === 0) return;
  throw new DataError(
    folder,
    `Cannot write ${folder}: it is not empty, it holds ${entries[0]!} for one. Choose a folder that does not exist yet.`,
  );
}

async function writeArea(
  folder: string,
  area: string,
  { frames, numExamples }: Split,
  onFrame: () => void,
): Promise<void> {
  if (frames.kind !== 'rendered' || numExamples === 0) return;
  for (const part of [...modalities, 'pose']) await mkdir(join(folder, area, 'data', part), { recursive: true });
  for (let index = 0; index < numExamples; index++) {
    const uuid = index.toString(16).padStart(32, '0');
    const frame: FrameName = { area, name: `camera_${uuid}_room_${index}_frame_0` };
    await writeFrame(folder, frame, castRoom(index, frames.sizePx, frames.rngPath), frames.sizePx);
    const pose = join(folder, area, 'data', 'pose', `${frame.name}_domain_pose.json`);
    await writeFile(pose, JSON.stringify(poseOf(uuid, `room_${index}`, frames.sizePx)));
    onFrame();
  }
}

async function writeFrame(
  folder: string,
  frame: FrameName,
  { pixels, depths, normals }: CastFrame,
  sizePx: number,
): Promise<void> {
  const size = { width: sizePx, height: sizePx };
  await rgbPng(pixels, size).toFile(framePath(folder, frame, 'rgb'));
  await depthPng(depths, size).toFile(framePath(folder, frame, 'depth'));
  await rgbPng(normalBytes(normals), size).toFile(framePath(folder, frame, 'normal'));
}

/** The camera itself; where it stands in its room is not said. */
function poseOf(uuid: string, room: string, sizePx: number) {
  const focal = sizePx / 2 / HALF_VIEW_TANGENT;
  return {
    camera_k_matrix: [
      [focal, 0, sizePx / 2],
      [0, focal, sizePx / 2],
      [0, 0, 1],
    ],
    field_of_view_rads: 2 * Math.atan(HALF_VIEW_TANGENT),
    frame_num: 0,
    room,
    camera_uuid: uuid,
  };
}
