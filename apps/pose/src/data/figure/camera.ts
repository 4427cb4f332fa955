// From space to the screen: the figure is turned before a distant viewer, scaled and put in its place.
import type { ScreenPoint } from './shapes.js';
import { sinCos, type Vector } from './vectors.js';

export interface Camera {
  /** How far the person turns to the image's right; at 0 it faces the viewer. Degrees, as the others. */
  readonly yaw: number;
  /** How far the viewer looks down. */
  readonly pitch: number;
  /** How far the image leans anticlockwise. */
  readonly roll: number;
}

/** A point on the screen, and how near it is to the viewer. */
export interface Projected extends ScreenPoint {
  readonly depth: number;
}

/** A direction or point in the camera's frame: x right, y up, z towards the viewer. */
export function toCameraFrame(camera: Camera): (vector: Vector) => Vector {
  const yaw = sinCos(camera.yaw);
  const pitch = sinCos(camera.pitch);
  const roll = sinCos(camera.roll);
  return ([x, y, z]) => {
    const right = x * yaw.cos + z * yaw.sin;
    const near = z * yaw.cos - x * yaw.sin;
    const high = y * pitch.cos - near * pitch.sin;
    const towards = near * pitch.cos + y * pitch.sin;
    return [right * roll.cos - high * roll.sin, high * roll.cos + right * roll.sin, towards];
  };
}
