// What surrounds a figure: a wall or sky, a ground, things behind and things in front.
import type { Rng } from 'rpg-core';
import { drawValueNoise } from 'training-kit/data';
import {
  between,
  clamp01,
  type Color,
  colorDistance,
  drawCloth,
  drawSurroundings,
  mixColors,
  pick,
  scaleColor,
} from './colors.js';
import type { Canvas, Layer } from './layer.js';
import { drawPattern, patterned, plain } from './materials.js';
import { ellipse, limb, roundedPolygon, type ScreenPoint } from './shapes.js';

export interface Scenery {
  /** Behind the figure's upper and lower half. */
  readonly wall: Color;
  readonly ground: Color;
  readonly horizonPx: number;
  readonly wallTexture: Texture;
  readonly groundTexture: Texture;
  readonly behind: readonly Layer[];
}

interface Texture {
  readonly second: Color;
  /** Share of `second`, 0..1. */
  readonly mix: (x: number, y: number) => number;
}

export function drawScenery(sizePx: number, rng: Rng): Scenery {
  const wall = drawSurroundings(rng);
  let ground = drawSurroundings(rng);
  for (let i = 0; i < 8 && colorDistance(wall, ground) < 0.2; i++) ground = drawSurroundings(rng);
  return {
    wall,
    ground,
    horizonPx: sizePx * between(rng, 0.5, 0.85),
    wallTexture: drawTexture(wall, sizePx, rng),
    groundTexture: drawTexture(ground, sizePx, rng),
    behind: Array.from({ length: rng.below(5) }, () => drawThing(sizePx, rng)),
  };
}

export function paintScenery({ pixels, sizePx }: Canvas, scenery: Scenery): void {
  const { wall, ground, horizonPx, wallTexture, groundTexture } = scenery;
  for (let y = 0, at = 0; y < sizePx; y++) {
    const isGround = y > horizonPx;
    const first = isGround ? ground : wall;
    const { second, mix } = isGround ? groundTexture : wallTexture;
    const nearHorizon = 1 - 0.25 * clamp01(1 - Math.abs(y - horizonPx) / (0.15 * sizePx));
    for (let x = 0; x < sizePx; x++, at += 3) {
      const share = mix(x, y);
      pixels[at] = (first[0] + share * (second[0] - first[0])) * nearHorizon;
      pixels[at + 1] = (first[1] + share * (second[1] - first[1])) * nearHorizon;
      pixels[at + 2] = (first[2] + share * (second[2] - first[2])) * nearHorizon;
    }
  }
}

/** Things in front of the figure: posts, boxes, bushes. They cover some part of the square around `center`. */
export function drawOccluders(center: ScreenPoint, heightPx: number, rng: Rng): Layer[] {
  if (rng.below(100) >= 40) return [];
  const color = drawCloth(rng);
  const at = {
    x: center.x + heightPx * between(rng, -0.28, 0.28),
    y: center.y + heightPx * between(rng, -0.15, 0.45),
  };
  const kind = pick(['post', 'box', 'bush', 'rail'] as const, rng);
  const pattern = patterned(color, scaleColor(color, 0.65), drawPattern(rng));
  switch (kind) {
    case 'post': {
      const radius = heightPx * between(rng, 0.02, 0.045);
      const lean = heightPx * between(rng, -0.1, 0.1);
      const [upper, lower] = [
        { x: at.x - lean, y: center.y - heightPx },
        { x: at.x + lean, y: center.y + heightPx },
      ];
      return [inFront(limb(upper, lower, radius, radius), plain(color), 1)];
    }
    case 'rail': {
      const radius = heightPx * between(rng, 0.015, 0.03);
      const slope = heightPx * between(rng, -0.08, 0.08);
      const [start, end] = [
        { x: center.x - heightPx, y: at.y - slope },
        { x: center.x + heightPx, y: at.y + slope },
      ];
      return [inFront(limb(start, end, radius, radius), plain(color), 1)];
    }
    case 'box': {
      const [halfWidth, halfHeight] = [heightPx * between(rng, 0.06, 0.15), heightPx * between(rng, 0.06, 0.16)];
      const corners = [
        { x: at.x - halfWidth, y: at.y - halfHeight },
        { x: at.x + halfWidth, y: at.y - halfHeight },
        { x: at.x + halfWidth, y: at.y + halfHeight },
        { x: at.x - halfWidth, y: at.y + halfHeight },
      ];
      const axis = [
        { x: at.x, y: at.y + halfHeight },
        { x: at.x, y: at.y - halfHeight },
      ] as const;
      return [inFront(roundedPolygon(corners, 0.02 * heightPx, axis), pattern, 0.6)];
    }
    case 'bush': {
      const green: Color = [between(rng, 0.1, 0.35), between(rng, 0.35, 0.6), between(rng, 0.1, 0.3)];
      return Array.from({ length: 6 }, () => {
        const leaf = {
          x: at.x + heightPx * between(rng, -0.12, 0.12),
          y: at.y + heightPx * between(rng, -0.06, 0.12),
        };
        const radius = heightPx * between(rng, 0.035, 0.07);
        const shade = plain(scaleColor(green, between(rng, 0.75, 1.25)));
        return inFront(ellipse(leaf, { x: 0, y: -1 }, radius, radius * between(rng, 0.7, 1.3)), shade, 1);
      });
    }
    default:
      return kind satisfies never;
  }
}

function inFront(shape: Layer['shape'], material: Layer['material'], roundness: number): Layer {
  return { shape, material, depth: Infinity, roundness, joints: [] };
}

function drawThing(sizePx: number, rng: Rng): Layer {
  const color = drawSurroundings(rng);
  const center = { x: between(rng, 0, sizePx), y: between(rng, 0.1, 0.95) * sizePx };
  const shape =
    rng.below(2) === 0
      ? ellipse(center, { x: 0, y: -1 }, sizePx * between(rng, 0.05, 0.2), sizePx * between(rng, 0.04, 0.15))
      : limb(
          center,
          { x: center.x + sizePx * between(rng, -0.3, 0.3), y: center.y + sizePx * between(rng, -0.5, 0.5) },
          sizePx * between(rng, 0.02, 0.09),
          sizePx * between(rng, 0.02, 0.09),
        );
  const material = patterned(color, scaleColor(color, 0.75), drawPattern(rng));
  return { shape, material, depth: -Infinity, roundness: 0.5, joints: [] };
}

const textureKinds = ['even', 'noise', 'noise', 'bricks', 'stripes', 'fade'] as const;

function drawTexture(first: Color, sizePx: number, rng: Rng): Texture {
  const kind = textureKinds[rng.below(textureKinds.length)]!;
  const second = mixColors(scaleColor(first, between(rng, 0.6, 1.3)), drawSurroundings(rng), 0.25);
  const cell = sizePx * between(rng, 0.04, 0.12);
  switch (kind) {
    case 'even':
      return { second, mix: () => 0 };
    case 'noise':
      return { second, mix: drawValueNoise(sizePx, cell, rng) };
    case 'bricks':
      return {
        second,
        mix: (x, y) => {
          const row = Math.floor(y / cell);
          const offX = fraction(x / (2 * cell) + 0.5 * (row % 2));
          const offY = fraction(y / cell);
          return offX < 0.08 || offY < 0.14 ? 1 : 0;
        },
      };
    case 'stripes':
      return { second, mix: (x) => clamp01(0.5 + 4 * (Math.abs(fraction(x / (2.5 * cell)) - 0.5) - 0.25)) };
    case 'fade':
      return { second, mix: (_, y) => clamp01(y / sizePx) };
    default:
      return kind satisfies never;
  }
}

function fraction(value: number): number {
  return value - Math.floor(value);
}
