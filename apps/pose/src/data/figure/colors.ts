// Colours of the rendered set, and small draws that all of it uses.
import type { Rng } from 'rpg-core';

/** Red, green, blue in 0..1. */
export type Color = readonly [red: number, green: number, blue: number];

export function between(rng: Rng, low: number, high: number): number {
  return low + (high - low) * rng.uniform();
}

export function pick<Item>(items: readonly Item[], rng: Rng): Item {
  return items[rng.below(items.length)]!;
}

export function clamp01(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}

export function mixColors(a: Color, b: Color, share: number): Color {
  return [a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1]), a[2] + share * (b[2] - a[2])];
}

export function scaleColor([red, green, blue]: Color, factor: number): Color {
  return [clamp01(red * factor), clamp01(green * factor), clamp01(blue * factor)];
}

/** A colour of the given hue (0..6, red at 0), chroma as a share of what its value allows. */
function colorOf(hue: number, chroma: number, value: number): Color {
  const channel = (offset: number) => {
    const turned = (hue + offset) % 6;
    return value - value * chroma * clamp01(Math.min(turned, 4 - turned)); // a trapezoid over the colour wheel
  };
  return [channel(5), channel(3), channel(1)];
}

const skins: readonly Color[] = [
  [0.97, 0.82, 0.71],
  [0.93, 0.75, 0.6],
  [0.86, 0.65, 0.48],
  [0.74, 0.53, 0.37],
  [0.58, 0.39, 0.26],
  [0.41, 0.27, 0.18],
];
const hairs: readonly Color[] = [
  [0.1, 0.08, 0.07],
  [0.22, 0.14, 0.09],
  [0.4, 0.25, 0.13],
  [0.72, 0.55, 0.28],
  [0.55, 0.24, 0.1],
  [0.6, 0.59, 0.57],
];

export function drawSkin(rng: Rng): Color {
  return scaleColor(pick(skins, rng), between(rng, 0.94, 1.04));
}

export function drawHair(rng: Rng): Color {
  return scaleColor(pick(hairs, rng), between(rng, 0.9, 1.1));
}

/** From dark and dull to bright and vivid, any hue. */
export function drawCloth(rng: Rng): Color {
  const value = between(rng, 0.18, 0.98);
  return colorOf(between(rng, 0, 6), between(rng, 0.05, 0.85), value);
}

/** A muted colour for walls, ground and things. */
export function drawSurroundings(rng: Rng): Color {
  return colorOf(between(rng, 0, 6), between(rng, 0.03, 0.45), between(rng, 0.3, 0.95));
}

export function colorDistance(a: Color, b: Color): number {
  const red = a[0] - b[0];
  const green = a[1] - b[1];
  const blue = a[2] - b[2];
  return Math.sqrt(red * red + green * green + blue * blue);
}
