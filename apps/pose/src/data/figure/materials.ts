// What surfaces look like: colours and patterns over the coordinates of their shape.
import type { Rng } from 'rpg-core';
import { between, clamp01, type Color, mixColors } from './colors.js';
import type { Spot } from './shapes.js';

/** The colour of a surface at a spot of its shape; x, y in pixels of the image. */
export type Material = (spot: Spot, x: number, y: number) => Color;

/** Share of the second colour at a place on the cloth, 0..1. */
export type Pattern = (along: number, across: number) => number;

export function plain(color: Color): Material {
  return () => color;
}

export function patterned(first: Color, second: Color, pattern: Pattern): Material {
  // Few different shares: mixed once, not for every pixel.
  const shades = Array.from({ length: NUM_SHADES + 1 }, (_, i) => mixColors(first, second, i / NUM_SHADES));
  return ({ along, across }) => shades[Math.round(NUM_SHADES * clamp01(pattern(along, across)))]!;
}
const NUM_SHADES = 16;

/** One material up to `border` along the shape, another from there on. */
export function sections(border: number, upTo: Material, beyond: Material): Material {
  return (spot, x, y) => (spot.along < border ? upTo(spot, x, y) : beyond(spot, x, y));
}

const patternKinds = ['plain', 'plain', 'bands', 'stripes', 'checks', 'halves', 'chest band'] as const;

/** A random cloth; plain ones are most frequent. */
export function drawPattern(rng: Rng): Pattern {
  const kind = patternKinds[rng.below(patternKinds.length)]!;
  const repeats = between(rng, 2.5, 5);
  switch (kind) {
    case 'plain':
      return () => 0;
    case 'bands':
      return (along) => wave(along * repeats);
    case 'stripes':
      return (_, across) => wave(across * repeats);
    case 'checks':
      return (along, across) => {
        const [a, b] = [wave(along * repeats), wave(across * repeats)];
        return a + b - 2 * a * b;
      };
    case 'halves':
      return (along) => clamp01(0.5 + 12 * (along - 0.5));
    case 'chest band':
      return (along) => clamp01(1.5 - 12 * Math.abs(along - 0.62));
    default:
      return kind satisfies never;
  }
}

/** Period 1, between 0 and 1, nearly square; the flanks are soft enough not to flicker at pixel size. */
function wave(phase: number): number {
  const fraction = phase - Math.floor(phase);
  return clamp01(0.5 + 3 * (Math.abs(fraction - 0.5) * 2 - 0.5));
}
