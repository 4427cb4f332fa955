// Writes the rendered set as 2D-3D-S is laid out, for tools that read that, and to look at.
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import sharp from 'sharp';
import { DataError } from 'training-kit/errors';
import { openDataset, type DataConfig } from './dataset.js';
import { encodeDepth, encodeNormal } from './encoding.js';
import { framePath, modalities, type FrameName } from './frame-files.js';
import { castRoom } from './rendered.js';
import type { CastFrame } from './room/cast.js';
import { halfViewTangent } from './room/scene.js';
import type { Split } from './split.js';

/**
 * Writes all frames of `config`'s rendered set: train, val and test as area_train, area_val and area_test. The folder
 * appears when it is whole.
 *
 * @param folder one that does not exist or is empty
 * @throws ConfigError as `openDataset`
 * @throws DataError when the folder holds something or cannot be written; nothing is left behind
 */
export async function renderToFolder(folder: string, config: DataConfig): Promise<void> {
  if (config.dataset !== 'rendered') throw new RangeError(`dataset is "${config.dataset}", expected "rendered".`);
  const { train, val, test } = await openDataset(config);
  await checkFree(folder);
  const whole = resolve(folder);
  const temporary = join(dirname(whole), `.${basename(whole)}.${randomBytes(6).toString('hex')}.part`);
  try {
    for (const [name, split] of Object.entries({ train, val, test })) await writeArea(temporary, `area_${name}`, split);
    await rename(temporary, whole); // takes the place of an empty folder, of no other
  } catch (cause) {
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined); // the first error is the one to tell
    const said = cause instanceof Error ? cause.message : String(cause);
    throw new DataError(folder, `Cannot write ${folder}: ${said}.\nNothing was written; choose another folder.`, {
      cause,
    });
  }
}

async function checkFree(folder: string): Promise<void> {
  const entries = await readdir(folder).catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return [];
    const said = cause instanceof Error ? cause.message : String(cause);
    throw new DataError(folder, `Cannot write ${folder}: ${said}.\nChoose another folder.`, { cause });
  });
  if (entries.length === 0) return;
  throw new DataError(
    folder,
    `Cannot write ${folder}: it is not empty, it holds ${entries[0]!} for one. Choose a folder that does not exist yet.`,
  );
}

async function writeArea(folder: string, area: string, { frames, numExamples }: Split): Promise<void> {
  if (frames.kind !== 'rendered' || numExamples === 0) return;
  for (const part of [...modalities, 'pose']) await mkdir(join(folder, area, 'data', part), { recursive: true });
  for (let index = 0; index < numExamples; index++) {
    const uuid = index.toString(16).padStart(32, '0');
    const frame: FrameName = { area, name: `camera_${uuid}_room_${index}_frame_0` };
    await writeFrame(folder, frame, castRoom(index, frames.sizePx, frames.rngPath), frames.sizePx);
    const pose = join(folder, area, 'data', 'pose', `${frame.name}_domain_pose.json`);
    await writeFile(pose, JSON.stringify(poseOf(uuid, `room_${index}`, frames.sizePx)));
  }
}

async function writeFrame(
  folder: string,
  frame: FrameName,
  { pixels, depths, normals }: CastFrame,
  sizePx: number,
): Promise<void> {
  const steps = Uint16Array.from(depths, encodeDepth);
  const colors = new Uint8Array(normals.length);
  for (let at = 0; at < normals.length; at += 3) encodeNormal(normals, at, colors);
  const size = { width: sizePx, height: sizePx };
  const rgb = (values: Uint8Array) => sharp(values, { raw: { ...size, channels: 3 } }).png();
  await rgb(pixels).toFile(framePath(folder, frame, 'rgb'));
  await sharp(steps, { raw: { ...size, channels: 1 } })
    .toColourspace('grey16')
    .png()
    .toFile(framePath(folder, frame, 'depth'));
  await rgb(colors).toFile(framePath(folder, frame, 'normal'));
}

/** The camera itself; where it stands in its room is not said. */
function poseOf(uuid: string, room: string, sizePx: number) {
  const focal = sizePx / 2 / halfViewTangent;
  return {
    camera_k_matrix: [
      [focal, 0, sizePx / 2],
      [0, focal, sizePx / 2],
      [0, 0, 1],
    ],
    field_of_view_rads: 2 * Math.atan(halfViewTangent),
    frame_num: 0,
    room,
    camera_uuid: uuid,
  };
}
