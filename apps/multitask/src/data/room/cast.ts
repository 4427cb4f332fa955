// Casts rays from a scene's camera: exact depth and normal at each pixel's middle, and colours, four rays a pixel.
import type { Rng } from 'rpg-core/rng';
import { HALF_VIEW_TANGENT, type Scene } from './scene.js';
import type { Hit, Ray } from './shapes.js';

export interface CastFrame {
  /** uint8 [sizePx, sizePx, 3] */
  readonly pixels: Uint8Array;
  /** float32 [sizePx, sizePx], metres along the camera's axis */
  readonly depths: Float32Array;
  /** float32 [sizePx, sizePx, 3], of length 1, in the camera's axes: x right, y down, z forward */
  readonly normals: Float32Array;
}

/** @param rng of the camera's noise */
export function castFrame(scene: Scene, sizePx: number, rng: Rng): CastFrame {
  const pixels = new Uint8Array(3 * sizePx * sizePx);
  const depths = new Float32Array(sizePx * sizePx);
  const normals = new Float32Array(3 * sizePx * sizePx);
  const { right, down, forward } = scene.camera;
  const ray = rayFrom(scene.camera.position);
  const hit = noHit();
  const color = new Float64Array(3);
  const shade = createShader(scene);
  for (let row = 0, at = 0; row < sizePx; row++) {
    for (let column = 0; column < sizePx; column++, at++) {
      aim(ray, scene, column + 0.5, row + 0.5, sizePx);
      castInto(scene, ray, hit);
      depths[at] = hit.t; // the ray is one metre long along the camera's axis
      const { nx, ny, nz } = hit;
      normals[3 * at] = right[0] * nx + right[1] * ny + right[2] * nz;
      normals[3 * at + 1] = down[0] * nx + down[1] * ny + down[2] * nz;
      normals[3 * at + 2] = forward[0] * nx + forward[1] * ny + forward[2] * nz;
      color.fill(0);
      for (let part = 0; part < 4; part++) {
        aim(ray, scene, column + 0.25 + 0.5 * (part & 1), row + 0.25 + 0.5 * (part >> 1), sizePx);
        castInto(scene, ray, hit);
        shade(ray, hit, color);
      }
      const noise = 3 * (rng.uniform() + rng.uniform() - 1);
      for (let channel = 0; channel < 3; channel++) {
        const value = toneOf(color[channel]! / 4) * 255 + noise + rng.uniform();
        pixels[3 * at + channel] = Math.min(255, Math.max(0, Math.floor(value)));
      }
    }
  }
  return { pixels, depths, normals };
}

/** The square root is what a screen takes back. */
function toneOf(light: number): number {
  return Math.sqrt(0.8 * light);
}

/** How far to the side a ray goes in a metre ahead. @param place pixels from the edge; pixel k's middle is at k + ½ */
export function viewSlope(place: number, sizePx: number): number {
  return ((2 * place) / sizePx - 1) * HALF_VIEW_TANGENT;
}

function aim(ray: Ray, { camera: { right, down, forward } }: Scene, x: number, y: number, sizePx: number): void {
  const toRight = viewSlope(x, sizePx);
  const toDown = viewSlope(y, sizePx);
  ray.dx = forward[0] + toRight * right[0] + toDown * down[0];
  ray.dy = forward[1] + toRight * right[1] + toDown * down[1];
  ray.dz = forward[2] + toRight * right[2] + toDown * down[2];
}

function castInto({ shapes }: Scene, ray: Ray, hit: Hit): void {
  hit.t = Infinity;
  hit.texture = undefined;
  for (const shape of shapes) shape(ray, hit);
}

/** Adds the light that a crossing throws back to `color`. */
function createShader(scene: Scene): (ray: Ray, hit: Hit, color: Float64Array) => void {
  const { lamp, shapes, ambient, lampStrength } = scene;
  const toLamp = rayFrom(scene.camera.position);
  const shadow = noHit();
  return (ray, hit, color) => {
    toLamp.ox = ray.ox + hit.t * ray.dx;
    toLamp.oy = ray.oy + hit.t * ray.dy;
    toLamp.oz = ray.oz + hit.t * ray.dz;
    toLamp.dx = lamp[0] - toLamp.ox;
    toLamp.dy = lamp[1] - toLamp.oy;
    toLamp.dz = lamp[2] - toLamp.oz;
    const facing = toLamp.dx * hit.nx + toLamp.dy * hit.ny + toLamp.dz * hit.nz;
    const squared = toLamp.dx * toLamp.dx + toLamp.dy * toLamp.dy + toLamp.dz * toLamp.dz;
    let light = ambient;
    if (facing > 0) {
      shadow.t = 1 - 1e-3; // the lamp lies at 1
      if (!shapes.some((shape) => shape(toLamp, shadow))) {
        light += (lampStrength * facing) / (Math.sqrt(squared) * (0.5 + 0.35 * squared));
      }
    }
    const { first, second, mix } = hit.texture!;
    const share = mix(hit.u, hit.v);
    for (let channel = 0; channel < 3; channel++) {
      color[channel]! += light * (first[channel]! + share * (second[channel]! - first[channel]!));
    }
  };
}

function rayFrom([ox, oy, oz]: readonly [number, number, number]): Ray {
  return { ox, oy, oz, dx: 0, dy: 0, dz: 0 };
}

function noHit(): Hit {
  return { t: Infinity, nx: 0, ny: 0, nz: 0, u: 0, v: 0, texture: undefined };
}
