// Surface patterns of the rendered set: two colours and a rule that mixes them at a point.
import type { Rng } from 'rpg-core';
import { drawValueNoise } from '../images/value-noise.js';

/** Red, green, blue in 0..1. */
export type Color = readonly [red: number, green: number, blue: number];

export interface Texture {
  readonly first: Color;
  readonly second: Color;
  /** Share of `second` at a point in pixels, 0..1. */
  readonly mix: (x: number, y: number) => number;
}

const textureKinds = ['gradient', 'stripes', 'checks', 'dots', 'noise'] as const;

/** A random pattern of the two colours over an image of `sizePx` × `sizePx`. */
export function drawTexture(colors: readonly [Color, Color], sizePx: number, rng: Rng): Texture {
  return { first: colors[0], second: colors[1], mix: drawMix(sizePx, rng) };
}

function drawMix(sizePx: number, rng: Rng): Texture['mix'] {
  const kind = textureKinds[rng.below(textureKinds.length)]!;
  const [dirX, dirY] = drawDirection(rng);
  const shift = rng.uniform();
  switch (kind) {
    case 'gradient':
      return (x, y) => clamp01(0.5 + (0.8 * ((x - sizePx / 2) * dirX + (y - sizePx / 2) * dirY)) / sizePx);
    case 'stripes': {
      const frequency = 1 / between(rng, 3, 8);
      return (x, y) => square((x * dirX + y * dirY) * frequency + shift);
    }
    case 'checks': {
      const frequency = 1 / between(rng, 5, 10);
      return (x, y) => {
        const across = square((x * dirX + y * dirY) * frequency + shift);
        const along = square((y * dirX - x * dirY) * frequency + shift);
        return across + along - 2 * across * along;
      };
    }
    case 'dots': {
      const frequency = 1 / between(rng, 4, 8);
      return (x, y) => {
        const u = fraction((x * dirX + y * dirY) * frequency + shift) - 0.5;
        const v = fraction((y * dirX - x * dirY) * frequency + shift) - 0.5;
        return clamp01(0.5 + 6 * (0.3 - Math.sqrt(u * u + v * v)));
      };
    }
    case 'noise':
      return drawValueNoise(sizePx, between(rng, 2.5, 7), rng);
    default:
      return kind satisfies never;
  }
}

/** A vector of length 1 in a uniform direction: a point of the unit disc, pushed to its edge. */
export function drawDirection(rng: Rng): readonly [x: number, y: number] {
  for (;;) {
    const x = 2 * rng.uniform() - 1;
    const y = 2 * rng.uniform() - 1;
    const squared = x * x + y * y;
    if (squared > 0.01 && squared <= 1) return [x / Math.sqrt(squared), y / Math.sqrt(squared)];
  }
}

export function between(rng: Rng, low: number, high: number): number {
  return low + (high - low) * rng.uniform();
}

export function clamp01(value: number): number {
  return Math.min(1, Math.max(0, value));
}

/** A wave of period 1 between 0 and 1, nearly square; its flanks are soft enough not to flicker at pixel size. */
function square(phase: number): number {
  return clamp01(0.5 + 3 * (Math.abs(fraction(phase) - 0.5) * 2 - 0.5));
}

function fraction(value: number): number {
  return value - Math.floor(value);
}
