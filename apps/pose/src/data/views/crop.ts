// From a person's place in an image to a square crop and back. Everything is 0-based with whole numbers at the middle of
// pixels, at every resolution, so that a heat map of 64 lies exactly over its input of 256.
// Differs from the reference codes: they put the box's middle half a pixel off, at resolution / 2, and undo it on the
// way back by adding half a pixel to each prediction.
import type { PersonRecord, Point } from '../annotations/person-record.js';

/** A square of an image, 0-based pixels. */
export interface CropBox {
  readonly center: Point;
  readonly sizePx: number;
}

/** How a crop's box follows from a person's center and scale: the box is 200 · scale · enlargement wide. */
export interface BoxRule {
  readonly enlargement: number;
  /** How far the middle moves down, in pixels times scale: MPII's centers sit high. */
  readonly shiftDown: number;
}

export const boxRules = {
  /** The box as it is given, for sets whose scale has a margin already. */
  plain: { enlargement: 1, shiftDown: 0 },
  /** 1.25 as large, in place: for sets whose center is the middle of the body. */
  enlarged: { enlargement: 1.25, shiftDown: 0 },
  /** As the hourglass authors, pytorch-pose and HRNet crop MPII. */
  mpii: { enlargement: 1.25, shiftDown: 15 },
} as const satisfies Record<string, BoxRule>;
export type BoxRuleName = keyof typeof boxRules;

export function cropBoxOf({ center, scale }: Pick<PersonRecord, 'center' | 'scale'>, rule: BoxRule): CropBox {
  return {
    center: { x: center.x, y: center.y + rule.shiftDown * scale },
    sizePx: 200 * scale * rule.enlargement,
  };
}

/** How a crop looks at its box. */
export interface CropView {
  /** Times the box's size: above 1 the person becomes smaller. */
  readonly zoomOut: number;
  /** Turns what is seen anticlockwise on the screen, about the box's middle. */
  readonly rotationRadians: number;
  /** Mirrors the result left to right, after the rotation. */
  readonly isFlipped: boolean;
}

/** The box as it is. */
export const plainView: CropView = { zoomOut: 1, rotationRadians: 0, isFlipped: false };

/** (x, y) -> (xx · x + xy · y + x0, yx · x + yy · y + y0) */
export interface Affine {
  readonly xx: number;
  readonly xy: number;
  readonly x0: number;
  readonly yx: number;
  readonly yy: number;
  readonly y0: number;
}

export function applyAffine({ xx, xy, x0, yx, yy, y0 }: Affine, { x, y }: Point): Point {
  return { x: xx * x + xy * y + x0, y: yx * x + yy * y + y0 };
}

/** From pixels of a crop (or a heat map over it) of `resolution` × `resolution` to pixels of the image. */
export function cropToImage(box: CropBox, resolution: number, view: CropView = plainView): Affine {
  const imagePerCrop = (box.sizePx * view.zoomOut) / resolution;
  const cos = imagePerCrop * Math.cos(view.rotationRadians);
  const sin = imagePerCrop * Math.sin(view.rotationRadians);
  const mirror = view.isFlipped ? -1 : 1;
  const middle = (resolution - 1) / 2;
  const [xx, xy, yx, yy] = [mirror * cos, -sin, mirror * sin, cos];
  return {
    xx,
    xy,
    x0: box.center.x - (xx + xy) * middle,
    yx,
    yy,
    y0: box.center.y - (yx + yy) * middle,
  };
}

/** From pixels of the image to pixels of a crop: the inverse of `cropToImage`. */
export function imageToCrop(box: CropBox, resolution: number, view: CropView = plainView): Affine {
  return inverse(cropToImage(box, resolution, view));
}

function inverse({ xx, xy, x0, yx, yy, y0 }: Affine): Affine {
  const determinant = xx * yy - xy * yx; // ± the squared scale: above 0 for every box that has a size
  return {
    xx: yy / determinant,
    xy: -xy / determinant,
    x0: (xy * y0 - yy * x0) / determinant,
    yx: -yx / determinant,
    yy: xx / determinant,
    y0: (yx * x0 - xx * y0) / determinant,
  };
}
