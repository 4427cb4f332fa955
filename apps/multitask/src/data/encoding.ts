// How 2D-3D-S writes depths and normals into PNG files, and back. Camera axes: x to the right, y down, z forward.

/** Steps of a depth PNG in a metre. */
export const depthStepsPerMeter = 512;
/** A depth that the sensor did not give. */
export const missingDepth = 65_535;
/** All three channels of a normal that is missing. */
export const missingNormal = 128;

/** The largest depth a file can hold, metres. */
export const maxEncodedDepth = (missingDepth - 1) / depthStepsPerMeter;

/** @returns metres; 0 for a missing depth, and for 0, which no surface in front of a camera has */
export function decodeDepth(steps: number): number {
  return steps === missingDepth ? 0 : steps / depthStepsPerMeter;
}

/** The step nearest to `depth` metres; `missingDepth` for 0. @throws RangeError for what the format cannot hold */
export function encodeDepth(depth: number): number {
  if (depth === 0) return missingDepth;
  const steps = Math.round(depth * depthStepsPerMeter);
  if (steps >= 1 && steps < missingDepth) return steps;
  throw new RangeError(`A depth of ${depth} m cannot be written, expected 1/1024 m to ${maxEncodedDepth} m, or 0.`);
}

/** Shorter vectors are no rounded unit vectors: grey that stands for nothing. */
const leastLength = 0.5;

/**
 * Writes the unit vector that three bytes stand for, or zeros when it is missing.
 *
 * @param at where the three values lie, in `bytes` and in `out`
 * @returns true when there is one
 */
export function decodeNormal(bytes: Uint8Array, at: number, out: Float64Array | Float32Array, outAt: number): boolean {
  const [red, green, blue] = [bytes[at]!, bytes[at + 1]!, bytes[at + 2]!];
  const isMissing = red === missingNormal && green === missingNormal && blue === missingNormal;
  const [x, y, z] = [red / 127.5 - 1, green / 127.5 - 1, blue / 127.5 - 1];
  const length = Math.sqrt(x * x + y * y + z * z);
  const isGiven = !isMissing && length >= leastLength;
  out[outAt] = isGiven ? x / length : 0;
  out[outAt + 1] = isGiven ? y / length : 0;
  out[outAt + 2] = isGiven ? z / length : 0;
  return isGiven;
}

/** Writes the three bytes nearest to a unit vector, or those of a missing one for zeros. */
export function encodeNormal(normals: Float32Array, at: number, out: Uint8Array): void {
  const isMissing = normals[at] === 0 && normals[at + 1] === 0 && normals[at + 2] === 0;
  for (let k = at; k < at + 3; k++) {
    out[k] = isMissing ? missingNormal : Math.min(255, Math.max(0, Math.round(127.5 * (normals[k]! + 1))));
  }
}
