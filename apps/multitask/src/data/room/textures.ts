// Patterns of rendered surfaces, in metres: two colours and a rule that mixes them.
import type { Rng } from 'rpg-core/rng';
import { drawValueNoise } from 'training-kit/data';

/** Red, green, blue: the share of light that a surface throws back, 0..1. */
export type Color = readonly [red: number, green: number, blue: number];

export interface Texture {
  readonly first: Color;
  readonly second: Color;
  /** Share of `second` at a place from 0 to `TEXTURE_SIZE` metres, 0..1. */
  readonly mix: (u: number, v: number) => number;
}

/** Metres that a texture reaches; the longest side of a room. */
export const TEXTURE_SIZE = 8;

export type Pattern = (typeof patterns)[number];
export const patterns = ['plain', 'stripes', 'checks', 'planks', 'noise'] as const;

/** @param allowed patterns to choose from */
export function drawTexture(allowed: readonly Pattern[], rng: Rng): Texture {
  const first = drawColor(rng);
  const contrast = between(rng, 0.3, 0.85);
  const tint = drawColor(rng);
  const second: Color = [first[0] * contrast, first[1] * contrast, first[2] * contrast];
  const isTwoToned = rng.below(3) === 0;
  return { first, second: isTwoToned ? tint : second, mix: drawMix(allowed[rng.below(allowed.length)]!, rng) };
}

/** Mostly grey, as rooms are, with some colour. */
function drawColor(rng: Rng): Color {
  const grey = between(rng, 0.15, 0.9);
  const strength = rng.below(2) === 0 ? 0.7 : 0.25;
  const channel = () => Math.min(0.95, Math.max(0.05, grey * (1 + strength * between(rng, -1, 1))));
  return [channel(), channel(), channel()];
}

function drawMix(pattern: Pattern, rng: Rng): Texture['mix'] {
  const frequency = 1 / between(rng, 0.3, 1.2);
  const shift = rng.uniform();
  switch (pattern) {
    case 'plain':
      return () => 0;
    case 'stripes':
      return rng.below(2) === 0 ? (u) => wave(u * frequency + shift) : (_, v) => wave(v * frequency + shift);
    case 'checks':
      return (u, v) => {
        const across = wave(u * frequency + shift);
        const along = wave(v * frequency + shift);
        return across + along - 2 * across * along;
      };
    case 'planks': {
      const gap = (x: number) => Math.max(0, 1 - 12 * Math.abs(x - Math.floor(x) - 0.5));
      return (u, v) => {
        const plank = Math.floor(2 * u * frequency + 0.5);
        return Math.max(gap(2 * u * frequency), 0.7 * gap(0.5 * v * frequency + 0.37 * plank));
      };
    }
    case 'noise':
      return drawValueNoise(TEXTURE_SIZE + 1, between(rng, 0.2, 0.8), rng);
    default:
      return pattern satisfies never;
  }
}

/** Of period 1 between 0 and 1, nearly square; its flanks are soft. */
function wave(phase: number): number {
  return Math.min(1, Math.max(0, 0.5 + 3 * (2 * Math.abs(phase - Math.floor(phase) - 0.5) - 0.5)));
}

export function between(rng: Rng, low: number, high: number): number {
  return low + (high - low) * rng.uniform();
}
