// Paint on top of paint: a shape, what it looks like, and whose joints may be seen on it.
import { clamp01 } from './colors.js';
import type { Material } from './materials.js';
import { newSpot, type Shape } from './shapes.js';

export interface Layer {
  readonly shape: Shape;
  readonly material: Material;
  /** Layers are painted in rising order. */
  readonly depth: number;
  /** 1 for a body that light falls on, 0 for a flat mark. */
  readonly roundness: number;
  /** Joints that are seen where this layer is the topmost; on other layers they are hidden. */
  readonly joints: readonly number[];
}

/** From where light comes: a unit vector to the right, downwards and towards the viewer. */
export interface Light {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** float32 [sizePx, sizePx, 3], red, green, blue in 0..1 */
export interface Canvas {
  readonly sizePx: number;
  readonly pixels: Float32Array;
}

const AMBIENT = 0.62;
/** Edges of round things are darker: limbs stand out from what they cross. */
const RIM_DARKNESS = 0.22;

/** Lays `layer` over what is there; edges are one pixel soft. */
export function paintLayer(canvas: Canvas, { shape, material, roundness }: Layer, light: Light): void {
  const { sizePx, pixels } = canvas;
  const { bounds } = shape;
  const left = Math.max(0, Math.floor(bounds.left - 0.5));
  const right = Math.min(sizePx - 1, Math.ceil(bounds.right + 0.5));
  const top = Math.max(0, Math.floor(bounds.top - 0.5));
  const bottom = Math.min(sizePx - 1, Math.ceil(bounds.bottom + 0.5));
  const spot = newSpot();
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      shape.locate(x, y, spot);
      if (spot.distance >= 0.5) continue;
      const coverage = clamp01(0.5 - spot.distance);
      const color = material(spot, x, y);
      let brightness = 1;
      if (roundness > 0) {
        const { normalX, normalY } = spot;
        const flat = Math.min(1, normalX * normalX + normalY * normalY);
        const normalZ = Math.sqrt(1 - flat);
        const lit = normalX * light.x + normalY * light.y + normalZ * light.z;
        brightness = AMBIENT + (1 - AMBIENT) * 1.25 * Math.max(0, lit) - RIM_DARKNESS * flat * flat;
      }
      const at = 3 * (y * sizePx + x);
      pixels[at] = pixels[at]! + coverage * (color[0] * brightness - pixels[at]!);
      pixels[at + 1] = pixels[at + 1]! + coverage * (color[1] * brightness - pixels[at + 1]!);
      pixels[at + 2] = pixels[at + 2]! + coverage * (color[2] * brightness - pixels[at + 2]!);
    }
  }
}

/** The topmost layer that covers most of the point, undefined where none does. */
export function topmostAt(layers: readonly Layer[], x: number, y: number): Layer | undefined {
  const spot = newSpot();
  return layers.findLast(({ shape }) => {
    const { left, top, right, bottom } = shape.bounds;
    if (x < left || x > right || y < top || y > bottom) return false;
    shape.locate(x, y, spot);
    return spot.distance < 0;
  });
}
