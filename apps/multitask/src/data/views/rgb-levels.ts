// An image at sizes halved again and again, so that a view of any size can be sampled bilinearly without aliasing.

/** uint8 [height, width, 3], red, green, blue */
export interface RgbImage {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** How often it was halved: its pixel (x, y) has its middle at (x + ½) · 2^halvings − ½ of the whole image. */
  readonly halvings: number;
}

/**
 * The levels that views between two steps need, largest first; see `chooseLevel`.
 *
 * @param finest, coarsest least and most pixels of the image per pixel of a view
 */
export function buildLevels(image: RgbImage, finest: number, coarsest: number): readonly RgbImage[] {
  const levels: RgbImage[] = [];
  let level = image;
  for (;;) {
    const isLast = level.halvings >= halvingsFor(coarsest) || Math.min(level.width, level.height) < 2;
    if (isLast || level.halvings >= halvingsFor(finest)) levels.push(level);
    if (isLast) return levels;
    level = halved(level);
  }
}

/** The level for `step` pixels of the whole image per pixel of the view: the smallest that has a pixel a step. */
export function chooseLevel(levels: readonly RgbImage[], step: number): RgbImage {
  return levels.findLast(({ halvings }) => halvings <= halvingsFor(step)) ?? levels[0]!;
}

function halvingsFor(step: number): number {
  return Math.max(0, Math.floor(Math.log2(step) + 1e-9)); // a step of 8 is 2³, whatever the rounding before
}

/** Means of 2 × 2 pixels; an odd last row or column is left out. */
function halved({ pixels, width, height, halvings }: RgbImage): RgbImage {
  const [halfWidth, halfHeight] = [width >> 1, height >> 1];
  const out = new Uint8Array(3 * halfWidth * halfHeight);
  let at = 0;
  for (let row = 0; row < halfHeight; row++) {
    let from = 6 * row * width;
    for (let column = 0; column < halfWidth; column++, from += 3) {
      for (let channel = 0; channel < 3; channel++, at++, from++) {
        const below = from + 3 * width;
        out[at] = (pixels[from]! + pixels[from + 3]! + pixels[below]! + pixels[below + 3]! + 2) >> 2;
      }
    }
  }
  return { pixels: out, width: halfWidth, height: halfHeight, halvings: halvings + 1 };
}
