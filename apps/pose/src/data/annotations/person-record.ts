// One annotated person, the same whatever file it was read from.
import { numJoints } from '../joints.js';

/** What an annotator said of a joint; the numbers are COCO's. */
export const jointStates = { missing: 0, hidden: 1, visible: 2 } as const;

/**
 * A person in an image. All coordinates are pixels of the image file, 0-based: the middle of the upper left pixel is
 * (0, 0). Readers of files that count from 1 have taken 1 off.
 */
export interface PersonRecord {
  /** Image file inside the images folder, '/' between folders. */
  readonly image: string;
  /** Middle of the person as MPII gives it: somewhere at the hips' height or above. */
  readonly center: Point;
  /** Height of the person in units of 200 pixels, as MPII gives it, not enlarged. */
  readonly scale: number;
  /** float64 [16, 2]: x, y of each joint; of a missing one they say nothing and are 0 */
  readonly joints: Float64Array;
  /** uint8 [16]: one of `jointStates` */
  readonly states: Uint8Array;
  /** What PCKh divides by: 0.6 of the head box's diagonal, or what the file gives in its place; pixels above 0. */
  readonly headSize: number | null;
  /** Null where the file gives a size alone, or none. */
  readonly headBox: Box | null;
  /** Width and height of the image as the annotation tells them; null where it says nothing. */
  readonly declaredSize: ImageSize | null;
  readonly split: PersonSplit;
  readonly origin: RecordOrigin;
}

/** Where a record was read, for messages. */
export interface RecordOrigin {
  /** The annotation file. */
  readonly file: string;
  /** The record in words that its file counts by: `record 3` from 0, or `annolist(4).annorect(1)` from 1. */
  readonly record: string;
}

/** Of MPII, the first two: it publishes no joints for its test images. */
export type PersonSplit = 'train' | 'val' | 'test';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Pixels. */
export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

export interface Box {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

/** MPII's share of the head box's diagonal that counts as the size of a head (SC_BIAS of its evaluation). */
const HEAD_SHARE = 0.6;

/** @returns null for a box without extent, which no error could be divided by */
export function headSizeOf({ x1, y1, x2, y2 }: Box): number | null {
  const size = HEAD_SHARE * Math.sqrt((x2 - x1) * (x2 - x1) + (y2 - y1) * (y2 - y1));
  return size > 0 && Number.isFinite(size) ? size : null;
}

/** Where joint `id` is. */
export function jointAt({ joints }: Pick<PersonRecord, 'joints'>, id: number): Point {
  return { x: joints[2 * id]!, y: joints[2 * id + 1]! };
}

/** Sixteen joints, all missing, to be filled by a reader. */
export function noJoints(): { readonly joints: Float64Array; readonly states: Uint8Array } {
  return { joints: new Float64Array(2 * numJoints), states: new Uint8Array(numJoints) };
}
