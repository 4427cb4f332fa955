// The ten classes of the rendered set, as signed distances. Only +, −, ×, ÷ and square roots: every platform computes
// the same bits.

/**
 * Signed distance to a shape's edge: negative inside. The shape fills the unit disc about the origin more or less; far
 * outside the value may be rough, near the edge it is a distance, so that edges can be smoothed by it.
 */
export type SignedDistance = (x: number, y: number) => number;

/** Class names in label order. */
export const shapeNames = [
  'disc',
  'ring',
  'square',
  'triangle',
  'star',
  'cross',
  'crescent',
  'heart',
  'arrow',
  'spiral',
] as const;
export type ShapeName = (typeof shapeNames)[number];

/** No shape reaches further from the origin than this. */
export const SHAPE_REACH = 1.2;

type Point = readonly [x: number, y: number];

/** Corners of the regular polygons, with the sines and cosines written out. */
const triangleCorners: readonly Point[] = [
  [0, 1.15],
  [-0.996, -0.575],
  [0.996, -0.575],
];
const pentagonCorners: readonly Point[] = [
  [0, 1],
  [-0.951, 0.309],
  [-0.588, -0.809],
  [0.588, -0.809],
  [0.951, 0.309],
];
const STAR_OUTER_RADIUS = 1.2;
const STAR_INNER_RADIUS = 0.5;

export const signedDistances: Readonly<Record<ShapeName, SignedDistance>> = {
  disc: disc(0, 0, 0.9),
  ring: (x, y) => Math.abs(Math.sqrt(x * x + y * y) - 0.75) - 0.21,
  square: polygon([
    [-0.8, -0.8],
    [0.8, -0.8],
    [0.8, 0.8],
    [-0.8, 0.8],
  ]),
  triangle: polygon(triangleCorners),
  // The inner corners of a star lie opposite to the outer ones.
  star: polygon(
    pentagonCorners.flatMap((_, i) => [
      scaled(pentagonCorners[i]!, STAR_OUTER_RADIUS),
      scaled(pentagonCorners[(i + 3) % 5]!, -STAR_INNER_RADIUS),
    ]),
  ),
  cross: polygon([
    [-0.33, -1.1],
    [0.33, -1.1],
    [0.33, -0.33],
    [1.1, -0.33],
    [1.1, 0.33],
    [0.33, 0.33],
    [0.33, 1.1],
    [-0.33, 1.1],
    [-0.33, 0.33],
    [-1.1, 0.33],
    [-1.1, -0.33],
    [-0.33, -0.33],
  ]),
  crescent: crescent(),
  heart: heart(),
  arrow: polygon([
    [0, 1.15],
    [-0.95, 0.1],
    [-0.36, 0.1],
    [-0.36, -1.05],
    [0.36, -1.05],
    [0.36, 0.1],
    [0.95, 0.1],
  ]),
  spiral: spiral(),
};

function scaled([x, y]: Point, factor: number): Point {
  return [factor * x, factor * y];
}

function disc(centerX: number, centerY: number, radius: number): SignedDistance {
  return (x, y) => Math.sqrt((x - centerX) * (x - centerX) + (y - centerY) * (y - centerY)) - radius;
}

/** A disc with another disc bitten out of it. */
function crescent(): SignedDistance {
  const whole = disc(-0.1, 0, 1);
  const bite = disc(0.4, 0, 0.84);
  return (x, y) => Math.max(whole(x, y), -bite(x, y));
}

/** A square on its corner and a disc over each upper side. */
function heart(): SignedDistance {
  const half = 0.82;
  const tip = -1.05;
  const body = polygon([
    [0, tip],
    [half, tip + half],
    [0, tip + 2 * half],
    [-half, tip + half],
  ]);
  const radius = half * Math.SQRT1_2;
  const left = disc(-half / 2, tip + 1.5 * half, radius);
  const right = disc(half / 2, tip + 1.5 * half, radius);
  return (x, y) => Math.min(body(x, y), left(x, y), right(x, y));
}

/** A line wound in half circles about two centres in turn, with round ends. */
function spiral(): SignedDistance {
  const pitch = 0.26; // radii grow by this from one half circle to the next
  const halfWidth = 0.14;
  const innerEnd = disc(0, 0, 0);
  const outerEnd = disc(4 * pitch, 0, 0);
  return (x, y) => {
    const centerX = y >= 0 ? 0 : -pitch;
    const radius = Math.sqrt((x - centerX) * (x - centerX) + y * y);
    const toLine =
      y >= 0
        ? Math.min(Math.abs(radius - 2 * pitch), Math.abs(radius - 4 * pitch))
        : Math.min(Math.abs(radius - pitch), Math.abs(radius - 3 * pitch));
    return Math.min(toLine, innerEnd(x, y), outerEnd(x, y)) - halfWidth;
  };
}

/** Distance to the nearest side; inside is where a ray crosses the outline an odd number of times. */
function polygon(corners: readonly Point[]): SignedDistance {
  const count = corners.length;
  const startX = Float64Array.from(corners, ([x]) => x);
  const startY = Float64Array.from(corners, ([, y]) => y);
  const sideX = Float64Array.from(corners, ([x], i) => corners[(i + 1) % count]![0] - x);
  const sideY = Float64Array.from(corners, ([, y], i) => corners[(i + 1) % count]![1] - y);
  return (x, y) => {
    let nearest = Infinity;
    let isInside = false;
    for (let i = 0; i < count; i++) {
      const dx = sideX[i]!;
      const dy = sideY[i]!;
      const px = x - startX[i]!;
      const py = y - startY[i]!;
      const along = Math.min(1, Math.max(0, (px * dx + py * dy) / (dx * dx + dy * dy)));
      const offX = px - along * dx;
      const offY = py - along * dy;
      nearest = Math.min(nearest, offX * offX + offY * offY);
      if (py < 0 !== py < dy && px < (py * dx) / dy) isInside = !isInside;
    }
    return isInside ? -Math.sqrt(nearest) : Math.sqrt(nearest);
  };
}
