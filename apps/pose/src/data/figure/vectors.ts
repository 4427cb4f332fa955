// Points and directions in space. Angles go through a sine of our own: sums and products alone give the same bits with
// every JavaScript engine, and rendered images must not change with it.

/** x to the person's left, y up, z forward; in the camera's frame x right, y up, z towards the viewer. */
export type Vector = readonly [x: number, y: number, z: number];

export function add(a: Vector, b: Vector): Vector {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
}

/** from + length · direction */
export function along(from: Vector, direction: Vector, length: number): Vector {
  return [from[0] + length * direction[0], from[1] + length * direction[1], from[2] + length * direction[2]];
}

export function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

export function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

export function unit(vector: Vector): Vector {
  const length = Math.sqrt(dot(vector, vector));
  return [vector[0] / length, vector[1] / length, vector[2] / length];
}

/** `direction` turned by `degrees` towards `side`; both of length 1, and not parallel. */
export function bend(direction: Vector, side: Vector, degrees: number): Vector {
  const away = unit(along(side, direction, -dot(side, direction)));
  const { sin, cos } = sinCos(degrees);
  return [cos * direction[0] + sin * away[0], cos * direction[1] + sin * away[1], cos * direction[2] + sin * away[2]];
}

export function sinCos(degrees: number): { readonly sin: number; readonly cos: number } {
  const quarters = Math.floor(degrees / 90 + 0.5);
  const x = (degrees - 90 * quarters) * (Math.PI / 180); // within ± 45 degrees
  const xx = x * x;
  const sin = x * (1 - (xx / 6) * (1 - (xx / 20) * (1 - (xx / 42) * (1 - (xx / 72) * (1 - xx / 110)))));
  const cos = 1 - (xx / 2) * (1 - (xx / 12) * (1 - (xx / 30) * (1 - (xx / 56) * (1 - xx / 90))));
  const quarter = ((quarters % 4) + 4) % 4;
  if (quarter === 0) return { sin, cos };
  if (quarter === 1) return { sin: cos, cos: -sin };
  return quarter === 2 ? { sin: -sin, cos: -cos } : { sin: -cos, cos: sin };
}
