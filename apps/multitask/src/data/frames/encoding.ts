// How 2D-3D-S writes depths and normals into PNG files, and back. Camera axes: x to the right, y down, z forward.
import { filesNormalAxes, type NormalAxes } from './normal-axes.js';

/** How the files of a set are to be read: plain data. */
export interface FrameEncoding {
  /** Of a step of a depth file, above 0. */
  readonly metresPerStep: number;
  readonly normalAxes: NormalAxes;
}

/** Steps of a depth PNG in a metre. */
export const DEPTH_STEPS_PER_METER = 512;
/** A depth that the sensor did not give. */
const MISSING_DEPTH = 65_535;
/** All three channels of a normal that is missing. */
export const MISSING_NORMAL = 128;

/** The largest depth a file can hold, metres. */
export const maxEncodedDepth = (MISSING_DEPTH - 1) / DEPTH_STEPS_PER_METER;

/** 2D-3D-S's own. */
export const filesEncoding: FrameEncoding = { metresPerStep: 1 / DEPTH_STEPS_PER_METER, normalAxes: filesNormalAxes };

/** @returns metres; 0 for a missing depth, and for 0, which no surface in front of a camera has */
export function decodeDepth(steps: number, { metresPerStep }: FrameEncoding): number {
  return steps === MISSING_DEPTH ? 0 : steps * metresPerStep;
}

/** The step nearest to `depth` metres; `MISSING_DEPTH` for 0. @throws RangeError for what the format cannot hold */
export function encodeDepth(depth: number): number {
  if (depth === 0) return MISSING_DEPTH;
  const steps = Math.round(depth * DEPTH_STEPS_PER_METER);
  if (steps >= 1 && steps < MISSING_DEPTH) return steps;
  throw new RangeError(`A depth of ${depth} m cannot be written, expected 1/1024 m to ${maxEncodedDepth} m, or 0.`);
}

/**
 * What is shorter or longer is no rounded unit vector, but a colour that stands for nothing: grey, or black and white,
 * whose vectors are 1.73 long. Maps that were made smaller by an image program have vectors of up to 1.2.
 */
const lengths = { least: 0.5, most: 1.3 } as const;

/** What three bytes of a normal map are: a direction, the set's own sign for none, or a colour that cannot be one. */
export type NormalKind = 'known' | 'missing' | 'no direction';

/**
 * Writes the unit vector that three bytes stand for, or zeros when there is none.
 *
 * @param at where the three values lie in `bytes`
 * @param outAt and in `out`
 */
export function decodeNormal(
  bytes: Uint8Array,
  at: number,
  { normalAxes: { channels, signs } }: FrameEncoding,
  out: Float64Array | Float32Array,
  outAt: number,
): NormalKind {
  const x = signs[0] * (bytes[at + channels[0]]! / 127.5 - 1);
  const y = signs[1] * (bytes[at + channels[1]]! / 127.5 - 1);
  const z = signs[2] * (bytes[at + channels[2]]! / 127.5 - 1);
  const length = Math.sqrt(x * x + y * y + z * z);
  const kind = kindOf(bytes, at, length);
  const isKnown = kind === 'known';
  out[outAt] = isKnown ? x / length : 0;
  out[outAt + 1] = isKnown ? y / length : 0;
  out[outAt + 2] = isKnown ? z / length : 0;
  return kind;
}

function kindOf(bytes: Uint8Array, at: number, length: number): NormalKind {
  if (bytes[at] === MISSING_NORMAL && bytes[at + 1] === MISSING_NORMAL && bytes[at + 2] === MISSING_NORMAL) {
    return 'missing';
  }
  return length >= lengths.least && length <= lengths.most ? 'known' : 'no direction';
}

/** Writes the three bytes nearest to a unit vector, or those of a missing one for zeros. */
export function encodeNormal(normals: Float32Array, at: number, out: Uint8Array): void {
  const isMissing = normals[at] === 0 && normals[at + 1] === 0 && normals[at + 2] === 0;
  for (let k = at; k < at + 3; k++) {
    out[k] = isMissing ? MISSING_NORMAL : Math.min(255, Math.max(0, Math.round(127.5 * (normals[k]! + 1))));
  }
}
