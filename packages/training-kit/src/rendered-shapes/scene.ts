// One image of the rendered set: a scene is drawn at random around a shape, then painted pixel by pixel. The class is
// the shape alone; colours, patterns, place, size, angle, light and clutter say nothing about it.
import type { Rng } from 'rpg-core';
import { SHAPE_REACH, type ShapeName, signedDistances } from './shapes.js';
import { between, clamp01, type Color, drawDirection, drawTexture, type Texture } from './textures.js';

/** Height and width of a rendered image. */
export const SCENE_SIZE_PX = 32;
const SHADOW_REACH_PX = 2;
const SHADOW_SOFTNESS_PX = 3;
const MIN_STRETCH = 0.85;
const MAX_STRETCH = 1.1;
/** Tangent of the largest angle a shape is turned by: 35 degrees. */
const MAX_TILT = 0.7;

interface Scene {
  readonly shape: Placed;
  readonly front: Texture;
  readonly back: Texture;
  /** Bars behind the shape and over it. */
  readonly barsBehind: readonly Bar[];
  readonly barsOver: readonly Bar[];
  /** How dark the shape's shadow is, 0 for none, and where it falls, in whole pixels up to `shadowReachPx`. */
  readonly shadow: { readonly strength: number; readonly dx: number; readonly dy: number };
  /** Brightness at the centre and its change per pixel to the right and downwards. */
  readonly light: { readonly level: number; readonly perX: number; readonly perY: number };
  /** Largest noise per channel, 0..1. */
  readonly noise: number;
}

interface Placed {
  readonly name: ShapeName;
  readonly x: number;
  readonly y: number;
  readonly radiusPx: number;
  /** Stretch along the shape's own axes. */
  readonly stretchX: number;
  readonly stretchY: number;
  /** Unit vector: the angle the shape is turned by. */
  readonly dirX: number;
  readonly dirY: number;
}

interface Bar {
  readonly x: number;
  readonly y: number;
  readonly dirX: number;
  readonly dirY: number;
  readonly halfLengthPx: number;
  readonly halfWidthPx: number;
  readonly color: Color;
}

/**
 * Paints a random scene around `name`.
 *
 * @param out uint8 [SCENE_SIZE_PX, SCENE_SIZE_PX, 3], every byte is written
 */
export function renderScene(name: ShapeName, rng: Rng, out: Uint8Array): void {
  paint(drawScene(name, rng), rng, out);
}

function drawScene(name: ShapeName, rng: Rng): Scene {
  const { front, back } = drawColors(rng);
  const radiusPx = between(rng, 8.5, 13);
  const room = Math.max(0, SCENE_SIZE_PX / 2 - 0.95 * radiusPx); // so that a shape is cut a little at most
  const tilt = between(rng, -MAX_TILT, MAX_TILT);
  const tiltLength = Math.sqrt(1 + tilt * tilt);
  const [lightX, lightY] = drawDirection(rng);
  const slope = between(rng, 0, 0.02);
  return {
    shape: {
      name,
      x: SCENE_SIZE_PX / 2 + between(rng, -room, room),
      y: SCENE_SIZE_PX / 2 + between(rng, -room, room),
      radiusPx,
      stretchX: between(rng, MIN_STRETCH, MAX_STRETCH),
      stretchY: between(rng, MIN_STRETCH, MAX_STRETCH),
      dirX: 1 / tiltLength,
      dirY: tilt / tiltLength,
    },
    front: drawTexture(front, SCENE_SIZE_PX, rng),
    back: drawTexture(back, SCENE_SIZE_PX, rng),
    barsBehind: drawBars(rng.below(3), { minPx: 0.7, maxPx: 2 }, rng),
    barsOver: drawBars(rng.below(2), { minPx: 0.5, maxPx: 1.1 }, rng),
    shadow: {
      strength: rng.below(2) * between(rng, 0.25, 0.55),
      dx: rng.below(2 * SHADOW_REACH_PX + 1) - SHADOW_REACH_PX,
      dy: rng.below(2 * SHADOW_REACH_PX + 1) - SHADOW_REACH_PX,
    },
    light: { level: between(rng, 0.75, 1.15), perX: slope * lightX, perY: slope * lightY },
    noise: between(rng, 0.01, 0.08),
  };
}

function drawBars(count: number, { minPx, maxPx }: { minPx: number; maxPx: number }, rng: Rng): Bar[] {
  return Array.from({ length: count }, () => {
    const [dirX, dirY] = drawDirection(rng);
    return {
      x: between(rng, 0, SCENE_SIZE_PX),
      y: between(rng, 0, SCENE_SIZE_PX),
      dirX,
      dirY,
      halfLengthPx: between(rng, 3, 12),
      halfWidthPx: between(rng, minPx, maxPx),
      color: drawColor(rng),
    };
  });
}

/** Two colours for the shape and two for the ground, drawn again until each of the one differs from each of the other. */
function drawColors(rng: Rng): { front: readonly [Color, Color]; back: readonly [Color, Color] } {
  for (;;) {
    const front = drawPair(rng);
    const back = drawPair(rng);
    if (front.every((a) => back.every((b) => colorDistance(a, b) > 0.42))) return { front, back };
  }
}

/** A colour and a darker or lighter, slightly tinted one. */
function drawPair(rng: Rng): readonly [Color, Color] {
  const first = drawColor(rng);
  const change = between(rng, 0.06, 0.24) * (rng.below(2) === 0 ? 1 : -1);
  const second = first.map((channel) => clamp01(channel + change + between(rng, -0.08, 0.08)));
  return [first, second as unknown as Color];
}

/** A colour of uniform hue, from greyish to vivid and from dark to bright. */
function drawColor(rng: Rng): Color {
  const value = between(rng, 0.2, 1);
  const chroma = value * between(rng, 0.1, 0.9);
  const hue = between(rng, 0, 6);
  const channel = (offset: number) => {
    const turned = (hue + offset) % 6;
    return value - chroma * clamp01(Math.min(turned, 4 - turned)); // a trapezoid over the colour wheel
  };
  return [channel(5), channel(3), channel(1)];
}

function colorDistance(a: Color, b: Color): number {
  const red = a[0] - b[0];
  const green = a[1] - b[1];
  const blue = a[2] - b[2];
  return Math.sqrt(red * red + green * green + blue * blue);
}

function paint(scene: Scene, rng: Rng, out: Uint8Array): void {
  const { front, back, shadow, light } = scene;
  const distances = measureDistances(scene.shape);
  const noiseWords = new Uint32Array(SCENE_SIZE_PX * SCENE_SIZE_PX);
  rng.fillUint32(noiseWords);
  const color: MutableColor = [0, 0, 0];
  for (let row = 0, pixel = 0; row < SCENE_SIZE_PX; row++) {
    const y = row + 0.5;
    for (let column = 0; column < SCENE_SIZE_PX; column++, pixel++) {
      const x = column + 0.5;
      cover(color, back, x, y, 1);
      for (const bar of scene.barsBehind) coverByBar(color, bar, x, y);
      if (shadow.strength > 0) {
        const shade = coverageAt(distances, column - shadow.dx, row - shadow.dy, SHADOW_SOFTNESS_PX);
        scale(color, 1 - shadow.strength * shade);
      }
      cover(color, front, x, y, coverageAt(distances, column, row, 1));
      for (const bar of scene.barsOver) coverByBar(color, bar, x, y);
      scale(color, light.level + light.perX * (x - SCENE_SIZE_PX / 2) + light.perY * (y - SCENE_SIZE_PX / 2));
      store(color, scene.noise, noiseWords[pixel]!, out, 3 * pixel);
    }
  }
}

type MutableColor = [red: number, green: number, blue: number];

function scale(color: MutableColor, factor: number): void {
  color[0] *= factor;
  color[1] *= factor;
  color[2] *= factor;
}

/** Lays a texture over `color`; at coverage 1 nothing of the old colour stays. */
function cover(color: MutableColor, texture: Texture, x: number, y: number, coverage: number): void {
  if (coverage === 0) return;
  const { first, second } = texture;
  const share = texture.mix(x, y);
  color[0] += coverage * (first[0] + share * (second[0] - first[0]) - color[0]);
  color[1] += coverage * (first[1] + share * (second[1] - first[1]) - color[1]);
  color[2] += coverage * (first[2] + share * (second[2] - first[2]) - color[2]);
}

function coverByBar(color: MutableColor, bar: Bar, x: number, y: number): void {
  const dx = x - bar.x;
  const dy = y - bar.y;
  const across = dy * bar.dirX - dx * bar.dirY;
  if (Math.abs(across) > bar.halfWidthPx + 0.5) return;
  const along = Math.max(0, Math.abs(dx * bar.dirX + dy * bar.dirY) - bar.halfLengthPx);
  const coverage = clamp01(0.5 + bar.halfWidthPx - Math.sqrt(along * along + across * across));
  color[0] += coverage * (bar.color[0] - color[0]);
  color[1] += coverage * (bar.color[1] - color[1]);
  color[2] += coverage * (bar.color[2] - color[2]);
}

/** Adds noise and rounds to bytes. Two bytes of `word` make a triangle over −1..1; the channels share one of them. */
function store(color: MutableColor, noise: number, word: number, out: Uint8Array, at: number): void {
  const shared = (word >>> 24) - 255;
  for (let channel = 0; channel < 3; channel++) {
    const grain = (shared + ((word >>> (8 * channel)) & 255)) / 255;
    out[at + channel] = Math.floor(255 * clamp01(color[channel]! + noise * grain) + 0.5);
  }
}

/** Side of the grid that `measureDistances` fills: the image and all places a shadow may come from. */
const gridSide = SCENE_SIZE_PX + 2 * SHADOW_REACH_PX;

/** Distance to the shape's edge in pixels at every pixel's middle, negative inside; float64 [gridSide, gridSide]. */
function measureDistances(shape: Placed): Float64Array {
  const distances = new Float64Array(gridSide * gridSide);
  const signedDistance = signedDistances[shape.name];
  const reachPx = SHAPE_REACH * MAX_STRETCH * shape.radiusPx + SHADOW_SOFTNESS_PX;
  for (let row = 0, at = 0; row < gridSide; row++) {
    const dy = row - SHADOW_REACH_PX + 0.5 - shape.y;
    for (let column = 0; column < gridSide; column++, at++) {
      const dx = column - SHADOW_REACH_PX + 0.5 - shape.x;
      if (dx * dx + dy * dy > reachPx * reachPx) {
        distances[at] = SHADOW_SOFTNESS_PX; // far enough to cover nothing
        continue;
      }
      const u = (dx * shape.dirX + dy * shape.dirY) / (shape.radiusPx * shape.stretchX);
      const v = (dx * shape.dirY - dy * shape.dirX) / (shape.radiusPx * shape.stretchY); // shapes have y upwards
      distances[at] = signedDistance(u, v) * shape.radiusPx;
    }
  }
  return distances;
}

/** Share of a pixel that lies inside the edge, which is `softnessPx` wide. */
function coverageAt(distances: Float64Array, column: number, row: number, softnessPx: number): number {
  return clamp01(0.5 - distances[(row + SHADOW_REACH_PX) * gridSide + column + SHADOW_REACH_PX]! / softnessPx);
}
