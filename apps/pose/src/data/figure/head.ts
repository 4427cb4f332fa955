// The head: a ball with a face on one side and hair on the other, so that it looks right from every side.
import { type Color, scaleColor } from './colors.js';
import type { Material } from './materials.js';
import type { Vector } from './vectors.js';
import { cross, dot } from './vectors.js';
import type { Wardrobe } from './wardrobe.js';

const lips: Color = [0.62, 0.22, 0.22];
const pupil: Color = [0.1, 0.07, 0.06];
const eyeWhite: Color = [0.96, 0.95, 0.93];

/**
 * Material for the head's ellipse, whose `along` points up the head.
 *
 * @param faceForward where the face looks, in the camera's frame
 * @param headUp from neck to head top, in the camera's frame
 */
export function headMaterial({ skin, hair, hairStyle, cap }: Wardrobe, faceForward: Vector, headUp: Vector): Material {
  const left = cross(headUp, faceForward);
  const flat = Math.sqrt(headUp[0] * headUp[0] + headUp[1] * headUp[1]) + 1e-9;
  const [upX, upY] = [headUp[0] / flat, headUp[1] / flat];
  const shadow = scaleColor(skin, 0.8);
  const capShade = cap === undefined ? skin : scaleColor(cap, 0.8);
  return ({ along, across }) => {
    const squared = along * along + across * across;
    const towards = squared < 1 ? Math.sqrt(1 - squared) : 0;
    // The point of the ball that is seen here: y up, while the screen has it down, hence the sign of across.
    const point: Vector = [along * upX + across * upY, along * upY - across * upX, towards];
    const front = dot(point, faceForward);
    const high = dot(point, headUp);
    const side = dot(point, left);
    if (cap !== undefined && high > 0.3) return front > 0.55 && high < 0.45 ? capShade : cap;
    if (hairStyle !== 'none' && (high > 0.5 || (front < 0.18 && (high > -0.55 || hairStyle === 'long')))) return hair;
    if (front < 0.25) return skin;
    const eyeSide = Math.abs(side) - 0.37;
    const eyeHigh = high - 0.08;
    const toEye = eyeSide * eyeSide + eyeHigh * eyeHigh;
    if (toEye < 0.02) return pupil;
    if (toEye < 0.05 && Math.abs(eyeHigh) < 0.14) return eyeWhite;
    if (Math.abs(high + 0.48) < 0.09 && Math.abs(side) < 0.3) return lips;
    if (Math.abs(side) < 0.1 && high < 0.05 && high > -0.25) return shadow;
    return skin;
  };
}
