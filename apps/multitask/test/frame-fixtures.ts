// Small frames for tests, in memory and in files, and a folder to put them in.
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { DataError } from 'training-kit/errors';
import { afterAll, expect } from 'vitest';
import { exactSurfaces, type Frame } from '../src/data/frames/frame.js';
import { type FrameName, framePath } from '../src/data/frames/frame-files.js';
import { toFrame } from '../src/data/frames/read-frame.js';

/** An empty folder that is gone after the file's tests. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'multitask-'));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** The message of the DataError that `work` ends in, with `folder` as DIR. */
export async function messageOf(work: Promise<unknown>, folder: string): Promise<string> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DataError);
  return (error as DataError).message.replaceAll(folder, 'DIR');
}

/** Name of frame `index` in a room. */
export function frameName(area: string, room: string, index: number): FrameName {
  return { area, name: `camera_${'0'.repeat(31)}${index.toString(16)}_${room}_frame_${index}` };
}

export interface FramePixels {
  readonly width: number;
  readonly height: number;
  /** [height, width, 3] */
  readonly rgb: Uint8Array;
  /** [height, width] */
  readonly depth: Uint16Array;
  /** [height, width, 3] */
  readonly normal: Uint8Array;
}

/** Grey, 2 m away, facing the camera. */
export function plainPixels(width: number, height: number): FramePixels {
  const numPixels = width * height;
  return {
    width,
    height,
    rgb: new Uint8Array(3 * numPixels).fill(100),
    depth: new Uint16Array(numPixels).fill(1024),
    normal: Uint8Array.from({ length: 3 * numPixels }, (_, i) => [128, 127, 0][i % 3]!),
  };
}

/** A plain frame whose first pixel no other area and name has. */
export function ownPixels({ area, name }: FrameName): FramePixels {
  const pixels = plainPixels(8, 8);
  pixels.rgb.set(createHash('sha256').update(`${area}/${name}`).digest().subarray(0, 3));
  return pixels;
}

export async function writeFrameFiles(folder: string, name: FrameName, pixels = ownPixels(name)): Promise<void> {
  const { width, height } = pixels;
  const target = (modality: 'rgb' | 'depth' | 'normal') => {
    const file = framePath(folder, name, modality);
    mkdirSync(dirname(file), { recursive: true });
    return file;
  };
  for (const modality of ['rgb', 'normal'] as const) {
    await sharp(pixels[modality], { raw: { width, height, channels: 3 } }).toFile(target(modality));
  }
  await grey16(pixels.depth, width, height).toFile(target('depth'));
}

export function grey16(values: Uint16Array, width: number, height: number): Sharp {
  return sharp(values, { raw: { width, height, channels: 1 } })
    .toColourspace('grey16')
    .png();
}

/** n · P = distance in the camera's axes, n of length 1 and facing the camera. */
export interface Plane {
  readonly normal: readonly [number, number, number];
  /** Metres; below 0, as n faces the camera. */
  readonly distance: number;
}

/** Depth that a pin-hole camera sees at a place relative to its axis, in focal lengths. */
export function planeDepth({ normal, distance }: Plane, x: number, y: number): number {
  return distance / (normal[0] * x + normal[1] * y + normal[2]);
}

/** A frame that shows a plane; red grows to the right, green downwards. */
export function planeFrame(plane: Plane, width: number, height: number, focal: number): Frame {
  const depths = new Float32Array(width * height);
  const normals = new Float32Array(3 * width * height);
  const rgb = new Uint8Array(3 * width * height);
  for (let at = 0; at < depths.length; at++) {
    const [column, row] = [at % width, Math.floor(at / width)];
    depths[at] = planeDepth(plane, (column - (width - 1) / 2) / focal, (row - (height - 1) / 2) / focal);
    normals.set(plane.normal, 3 * at);
    rgb.set([column, row, 50], 3 * at);
  }
  const use = { inputSize: 16, zoom: { min: 0.5, max: 4 }, maxDepth: Infinity };
  return toFrame(rgb, width, height, exactSurfaces(depths, normals, Infinity), use);
}
