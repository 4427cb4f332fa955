// Outlines of painted things: signed distances in pixels, and where on the shape a point lies.

/** What a shape tells of a point; written anew by every call of `locate`. */
export interface Spot {
  /** To the edge: negative inside. */
  distance: number;
  /** From the shape's first end (0) to its second (1). */
  along: number;
  /** Across it: −1 to 1 from edge to edge. */
  across: number;
  /** Of the surface, were the shape round: parts of a unit vector to the right and downwards. */
  normalX: number;
  normalY: number;
}

export interface Shape {
  locate(x: number, y: number, spot: Spot): void;
  /** All of the shape lies within. */
  readonly bounds: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };
}

export interface ScreenPoint {
  readonly x: number;
  readonly y: number;
}

export function newSpot(): Spot {
  return { distance: 0, along: 0, across: 0, normalX: 0, normalY: 0 };
}

/** A limb: a line with round ends, `startRadius` thick at one and `endRadius` at the other. */
export function limb(start: ScreenPoint, end: ScreenPoint, startRadius: number, endRadius: number): Shape {
  const dx = end.x - start.x;
  const dy = end.y - start.y;
  const squaredLength = dx * dx + dy * dy + 1e-9;
  const length = Math.sqrt(squaredLength);
  const growth = endRadius - startRadius;
  return {
    bounds: boundsOf([start, end], Math.max(startRadius, endRadius)),
    locate(x, y, spot) {
      const px = x - start.x;
      const py = y - start.y;
      const share = (px * dx + py * dy) / squaredLength;
      const along = share < 0 ? 0 : share > 1 ? 1 : share;
      const offX = px - along * dx;
      const offY = py - along * dy;
      const radius = startRadius + along * growth;
      const off = Math.sqrt(offX * offX + offY * offY);
      spot.distance = off - radius;
      spot.along = along;
      spot.across = (py * dx - px * dy) / (length * radius);
      // Round across alone: limbs that meet at a joint flow into one another.
      spot.normalX = (-spot.across * dy) / length;
      spot.normalY = (spot.across * dx) / length;
    },
  };
}

/** An ellipse with one axis along the unit vector (`upX`, `upY`). `along` and `across` run from −1 to 1. */
export function ellipse(
  center: ScreenPoint,
  { x: upX, y: upY }: ScreenPoint,
  radiusAlong: number,
  radiusAcross: number,
): Shape {
  const reach = Math.max(radiusAlong, radiusAcross);
  const least = Math.min(radiusAlong, radiusAcross);
  return {
    bounds: boundsOf([center], reach),
    locate(x, y, spot) {
      const px = x - center.x;
      const py = y - center.y;
      spot.along = (px * upX + py * upY) / radiusAlong;
      spot.across = (py * upX - px * upY) / radiusAcross;
      spot.distance = (Math.sqrt(spot.along * spot.along + spot.across * spot.across) - 1) * least;
      spot.normalX = px / reach;
      spot.normalY = py / reach;
    },
  };
}

/** A convex polygon grown by `radius`, its corners round; `along` runs from the `from` to the `to` point. */
export function roundedPolygon(
  corners: readonly ScreenPoint[],
  radius: number,
  [from, to]: readonly [ScreenPoint, ScreenPoint],
): Shape {
  const count = corners.length;
  const axisX = to.x - from.x;
  const axisY = to.y - from.y;
  const squaredAxis = axisX * axisX + axisY * axisY + 1e-9;
  const sides = corners.map((corner, i) => {
    const next = corners[(i + 1) % count]!;
    return { x: corner.x, y: corner.y, dx: next.x - corner.x, dy: next.y - corner.y };
  });
  return {
    bounds: boundsOf(corners, radius),
    locate(x, y, spot) {
      let nearest = Infinity;
      let nearestX = 0;
      let nearestY = 0;
      let isInside = false;
      for (const side of sides) {
        const px = x - side.x;
        const py = y - side.y;
        const share = (px * side.dx + py * side.dy) / (side.dx * side.dx + side.dy * side.dy + 1e-9);
        const along = share < 0 ? 0 : share > 1 ? 1 : share;
        const offX = px - along * side.dx;
        const offY = py - along * side.dy;
        const squared = offX * offX + offY * offY;
        if (squared < nearest) {
          nearest = squared;
          nearestX = offX;
          nearestY = offY;
        }
        if (py < 0 !== py < side.dy && px < (py * side.dx) / side.dy) isInside = !isInside;
      }
      const off = Math.sqrt(nearest);
      spot.distance = (isInside ? -off : off) - radius;
      spot.along = ((x - from.x) * axisX + (y - from.y) * axisY) / squaredAxis;
      spot.across = ((y - from.y) * axisX - (x - from.x) * axisY) / squaredAxis;
      // Flat within the corners, round towards the edge.
      spot.normalX = isInside ? 0 : nearestX / radius;
      spot.normalY = isInside ? 0 : nearestY / radius;
    },
  };
}

function boundsOf(points: readonly ScreenPoint[], reach: number): Shape['bounds'] {
  return {
    left: Math.min(...points.map(({ x }) => x)) - reach,
    top: Math.min(...points.map(({ y }) => y)) - reach,
    right: Math.max(...points.map(({ x }) => x)) + reach,
    bottom: Math.max(...points.map(({ y }) => y)) + reach,
  };
}
