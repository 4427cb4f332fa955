// A random room with furniture, a lamp and a camera in it.
import type { Rng } from 'rpg-core/rng';
import { box, cylinder, room, type Shape, sphere, type Standing } from './shapes.js';
import { between, drawTexture, type Pattern, patterns } from './textures.js';

/** A pin-hole camera: unit axes in the room. */
export interface Camera {
  readonly position: Vector;
  readonly right: Vector;
  readonly down: Vector;
  readonly forward: Vector;
}

export type Vector = readonly [x: number, y: number, z: number];

export interface Scene {
  readonly shapes: readonly Shape[];
  readonly camera: Camera;
  readonly lamp: Vector;
  /** Light from everywhere and from the lamp at 1 m. */
  readonly ambient: number;
  readonly lampStrength: number;
}

/** Tangent of half the camera's field of view, 62 degrees wide. The same for all: else depth could not be told. */
export const HALF_VIEW_TANGENT = 0.6;

/**
 * Metres above the floor: about as people hold a camera. A picture shows no more than proportions; where the camera could
 * be anywhere between knee and ceiling, the best guess of a depth would be off by a fifth.
 */
const LOWEST_CAMERA = 1.4;
const HIGHEST_CAMERA = 1.6;

/** Metres between the camera and the nearest side of any furniture, at the least. */
const CLEARANCE = 0.4;

export function drawScene(rng: Rng): Scene {
  const size: Vector = [between(rng, 3, 8), between(rng, 2.4, 3), between(rng, 3, 10)];
  const position: Vector = [
    between(rng, 0.5, size[0] - 0.5),
    between(rng, LOWEST_CAMERA, HIGHEST_CAMERA),
    between(rng, 0.4, 0.3 * size[2]),
  ];
  return {
    shapes: [drawWalls(size, rng), ...drawFurniture(size, position, rng)],
    camera: drawCamera(size, position, rng),
    lamp: [size[0] * between(rng, 0.25, 0.75), size[1] - 0.15, size[2] * between(rng, 0.25, 0.75)],
    ambient: between(rng, 0.1, 0.3),
    lampStrength: between(rng, 1, 2.6),
  };
}

function drawWalls([width, height, length]: Vector, rng: Rng): Shape {
  const quiet: readonly Pattern[] = ['plain', 'plain', 'noise', 'stripes'];
  const wall = drawTexture(quiet, rng);
  const other = rng.below(2) === 0 ? drawTexture(quiet, rng) : wall;
  return room(width, height, length, {
    floor: drawTexture(['checks', 'planks', 'noise', 'plain'], rng),
    ceiling: drawTexture(['plain', 'noise'], rng),
    walls: [wall, wall, wall, other],
  });
}

/** Looks from `position` into the far half of the room, down or up a little, and hardly tilted. */
function drawCamera([width, , length]: Vector, position: Vector, rng: Rng): Camera {
  const aheadX = between(rng, 0.1, 0.9) * width - position[0];
  const aheadZ = between(rng, 0.5, 1) * length - position[2];
  const ahead = Math.sqrt(aheadX * aheadX + aheadZ * aheadZ);
  const forward = unit([aheadX / ahead, between(rng, -0.35, 0.05), aheadZ / ahead]);
  const tilt = between(rng, -0.05, 0.05);
  const level = unit(cross([0, 1, 0], forward)); // horizontal, to the right
  const up = cross(forward, level);
  const right = unit([level[0] + tilt * up[0], level[1] + tilt * up[1], level[2] + tilt * up[2]]);
  return { position, right, down: cross(right, forward), forward };
}

function drawFurniture(size: Vector, camera: Vector, rng: Rng): readonly Shape[] {
  const wanted = 2 + rng.below(4);
  const shapes: Shape[] = [];
  for (let i = 0; i < wanted; i++) shapes.push(...drawPiece(size, camera, rng));
  return shapes;
}

const pieces = ['cupboard', 'table', 'crate', 'barrel', 'column', 'ball'] as const;

/** Nothing when it would stand in the camera's way. */
function drawPiece([width, height, length]: Vector, camera: Vector, rng: Rng): readonly Shape[] {
  const piece = pieces[rng.below(pieces.length)]!;
  const texture = drawTexture(patterns, rng);
  const isAgainstWall = rng.below(3) === 0;
  const wallX = rng.below(2) === 0 ? 0.3 : width - 0.3;
  const freeX = between(rng, 0.4, width - 0.4);
  const standing: Standing = {
    x: isAgainstWall ? wallX : freeX,
    z: between(rng, 0.4, length - 0.4),
    ...drawHeading(isAgainstWall, rng),
  };
  const { x, z } = standing;
  const [halfWidth, halfLength] = [between(rng, 0.2, 0.6), between(rng, 0.2, 0.7)];
  const reach = piece === 'cupboard' || piece === 'table' || piece === 'crate' ? halfWidth + halfLength : 0.5;
  const [awayX, awayZ] = [x - camera[0], z - camera[2]];
  if (Math.sqrt(awayX * awayX + awayZ * awayZ) < reach + CLEARANCE) return [];
  switch (piece) {
    case 'cupboard':
      return [box(standing, halfWidth, halfLength, 0, between(rng, 1.2, height - 0.2), texture)];
    case 'crate':
      return [box(standing, halfWidth, halfLength, 0, between(rng, 0.3, 0.9), texture)];
    case 'table': {
      const top = between(rng, 0.6, 0.85);
      return [
        box(standing, halfWidth, halfLength, top - 0.06, top, texture),
        box(standing, 0.12, 0.12, 0, top - 0.06, texture),
        ...(rng.below(2) === 0 ? [sphere(x, top + 0.15, z, 0.15, drawTexture(patterns, rng))] : []),
      ];
    }
    case 'barrel':
      return [cylinder(x, z, between(rng, 0.15, 0.45), 0, between(rng, 0.4, 1.2), texture)];
    case 'column':
      return [cylinder(x, z, between(rng, 0.08, 0.25), 0, height, texture)];
    case 'ball': {
      const radius = between(rng, 0.15, 0.45);
      return [sphere(x, radius, z, radius, texture)];
    }
    default:
      return piece satisfies never;
  }
}

function drawHeading(isAgainstWall: boolean, rng: Rng): { alongX: number; alongZ: number } {
  if (isAgainstWall) return { alongX: 1, alongZ: 0 };
  const [x, z] = [between(rng, 0.2, 1), between(rng, -1, 1)];
  const length = Math.sqrt(x * x + z * z);
  return { alongX: x / length, alongZ: z / length };
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function unit(vector: Vector): Vector {
  const length = Math.sqrt(vector[0] * vector[0] + vector[1] * vector[1] + vector[2] * vector[2]);
  return [vector[0] / length, vector[1] / length, vector[2] / length];
}
