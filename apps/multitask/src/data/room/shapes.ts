// What rooms are made of, and where a ray meets it. Room axes: x and z along the floor, y up, metres. Sums, products and
// square roots alone: rendered frames must not change with the JavaScript engine.
import type { Texture } from './textures.js';

/** origin + t · direction; the direction need not have length 1. */
export interface Ray {
  ox: number;
  oy: number;
  oz: number;
  dx: number;
  dy: number;
  dz: number;
}

/** The nearest crossing so far; `t` bounds the search. */
export interface Hit {
  t: number;
  /** Unit normal, against the ray. */
  nx: number;
  ny: number;
  nz: number;
  /** Place on the surface, metres. */
  u: number;
  v: number;
  texture: Texture | undefined;
}

/** @returns true, and the crossing in `hit`, when there is one nearer than `hit.t` and further than `leastT` */
export type Shape = (ray: Ray, hit: Hit) => boolean;

/** Nearer crossings are the ray's own start. */
const LEAST_T = 1e-4;

export interface RoomTextures {
  readonly floor: Texture;
  readonly ceiling: Texture;
  readonly walls: readonly [Texture, Texture, Texture, Texture];
}

/** A box seen from inside, from (0, 0, 0) to (width, height, length). */
export function room(width: number, height: number, length: number, textures: RoomTextures): Shape {
  const { floor, ceiling, walls } = textures;
  return (ray, hit) => {
    const { ox, oy, oz, dx, dy, dz } = ray;
    const tx = dx > 0 ? (width - ox) / dx : dx < 0 ? -ox / dx : Infinity;
    const ty = dy > 0 ? (height - oy) / dy : dy < 0 ? -oy / dy : Infinity;
    const tz = dz > 0 ? (length - oz) / dz : dz < 0 ? -oz / dz : Infinity;
    const t = Math.min(tx, ty, tz);
    if (!(t > LEAST_T && t < hit.t)) return false;
    const x = ox + t * dx;
    const y = oy + t * dy;
    const z = oz + t * dz;
    if (t === ty) set(hit, t, 0, -Math.sign(dy), 0, x, z, dy < 0 ? floor : ceiling);
    else if (t === tx) set(hit, t, -Math.sign(dx), 0, 0, z, y, dx < 0 ? walls[0] : walls[1]);
    else set(hit, t, 0, 0, -Math.sign(dz), x, y, dz < 0 ? walls[2] : walls[3]);
    return true;
  };
}

/** A place on the floor and a direction there, of length 1, that a box's first side runs along. */
export interface Standing {
  readonly x: number;
  readonly z: number;
  readonly alongX: number;
  readonly alongZ: number;
}

/** A box that stands upright from `bottom` to `top`. */
export function box(
  { x, z, alongX, alongZ }: Standing,
  halfWidth: number,
  halfLength: number,
  bottom: number,
  top: number,
  texture: Texture,
): Shape {
  const middle = (bottom + top) / 2;
  const halfHeight = (top - bottom) / 2;
  return (ray, hit) => {
    // In the box's own axes, about its middle.
    const relX = ray.ox - x;
    const relZ = ray.oz - z;
    const ou = alongX * relX + alongZ * relZ;
    const ow = alongX * relZ - alongZ * relX;
    const ov = ray.oy - middle;
    const du = alongX * ray.dx + alongZ * ray.dz;
    const dw = alongX * ray.dz - alongZ * ray.dx;
    const dv = ray.dy;
    const nearU = (-Math.sign(du) * halfWidth - ou) / du;
    const nearV = (-Math.sign(dv) * halfHeight - ov) / dv;
    const nearW = (-Math.sign(dw) * halfLength - ow) / dw;
    const t = maxOfKnown(nearU, nearV, nearW);
    if (!(t > LEAST_T && t < hit.t)) return false;
    const u = ou + t * du;
    const v = ov + t * dv;
    const w = ow + t * dw;
    const slack = 1e-9;
    if (Math.abs(u) > halfWidth + slack || Math.abs(v) > halfHeight + slack || Math.abs(w) > halfLength + slack) {
      return false;
    }
    if (t === nearU) set(hit, t, -Math.sign(du) * alongX, 0, -Math.sign(du) * alongZ, w + 4, v + 4, texture);
    else if (t === nearV) set(hit, t, 0, -Math.sign(dv), 0, u + 4, w + 4, texture);
    else set(hit, t, Math.sign(dw) * alongZ, 0, -Math.sign(dw) * alongX, u + 4, v + 4, texture);
    return true;
  };
}

/** An upright cylinder with a lid; the ray must not start inside. */
export function cylinder(x: number, z: number, radius: number, bottom: number, top: number, texture: Texture): Shape {
  return (ray, hit) => {
    const relX = ray.ox - x;
    const relZ = ray.oz - z;
    const { dx, dy, dz } = ray;
    const a = dx * dx + dz * dz;
    const b = relX * dx + relZ * dz;
    const under = b * b - a * (relX * relX + relZ * relZ - radius * radius);
    if (under <= 0) return false;
    const side = (-b - Math.sqrt(under)) / a;
    const height = ray.oy + side * dy;
    if (side > LEAST_T && height >= bottom && height <= top) {
      if (side >= hit.t) return false;
      const nx = (relX + side * dx) / radius;
      const nz = (relZ + side * dz) / radius;
      set(hit, side, nx, 0, nz, 4 + 2 * radius * nx, 4 + height, texture);
      return true;
    }
    const lid = ((dy < 0 ? top : bottom) - ray.oy) / dy;
    if (!(lid > LEAST_T && lid < hit.t)) return false;
    const u = relX + lid * dx;
    const w = relZ + lid * dz;
    if (u * u + w * w > radius * radius) return false;
    set(hit, lid, 0, -Math.sign(dy), 0, u + 4, w + 4, texture);
    return true;
  };
}

/** A sphere; the ray must not start inside. */
export function sphere(x: number, y: number, z: number, radius: number, texture: Texture): Shape {
  return (ray, hit) => {
    const relX = ray.ox - x;
    const relY = ray.oy - y;
    const relZ = ray.oz - z;
    const { dx, dy, dz } = ray;
    const a = dx * dx + dy * dy + dz * dz;
    const b = relX * dx + relY * dy + relZ * dz;
    const under = b * b - a * (relX * relX + relY * relY + relZ * relZ - radius * radius);
    if (under <= 0) return false;
    const t = (-b - Math.sqrt(under)) / a;
    if (!(t > LEAST_T && t < hit.t)) return false;
    const nx = (relX + t * dx) / radius;
    const ny = (relY + t * dy) / radius;
    const nz = (relZ + t * dz) / radius;
    set(hit, t, nx, ny, nz, 4 + 2 * radius * nx, 4 + 2 * radius * ny, texture);
    return true;
  };
}

function set(hit: Hit, t: number, nx: number, ny: number, nz: number, u: number, v: number, texture: Texture): void {
  hit.t = t;
  hit.nx = nx;
  hit.ny = ny;
  hit.nz = nz;
  hit.u = u;
  hit.v = v;
  hit.texture = texture;
}

/** A ray along a side meets it nowhere: 0 / 0 or ± infinity there says nothing. */
function maxOfKnown(a: number, b: number, c: number): number {
  let most = -Infinity;
  if (a > most && a !== Infinity) most = a;
  if (b > most && b !== Infinity) most = b;
  if (c > most && c !== Infinity) most = c;
  return most;
}
