// How a view lies over a frame: which point each pixel of the view looks at. Whole numbers are the middles of pixels.

export interface View {
  /** Above 1 magnifies; at 1 the view is as wide as the largest square of the frame. */
  readonly zoom: number;
  /** Turns what is seen anticlockwise on the screen, about the view's middle. */
  readonly rotationRadians: number;
  /** Mirrors the result left to right, after the rotation. */
  readonly isFlipped: boolean;
  /** Where the view's middle lies in the room it has: from −1, its left or upper edge at the frame's, to 1. */
  readonly shiftX: number;
  readonly shiftY: number;
  /** Image values in 0..1 are raised to this power. */
  readonly gamma: number;
}

/** The largest square in the frame's middle, as it is: what an evaluation sees. */
export const plainView: View = { zoom: 1, rotationRadians: 0, isFlipped: false, shiftX: 0, shiftY: 0, gamma: 1 };

/** From pixels of a view to pixels of its frame: (x, y) → step · (xx · x + xy · y, yx · x + yy · y) + (x0, y0). */
export interface ViewToFrame {
  /** Pixels of the frame per pixel of the view. */
  readonly step: number;
  /** Rows of an orthogonal matrix: lengths are `step`'s part. */
  readonly xx: number;
  readonly xy: number;
  readonly yx: number;
  readonly yy: number;
  readonly x0: number;
  readonly y0: number;
}

/** @param inputSize height and width of the view, pixels */
export function viewToFrame(view: View, frame: { width: number; height: number }, inputSize: number): ViewToFrame {
  const windowSize = Math.min(frame.width, frame.height) / view.zoom;
  const step = windowSize / inputSize;
  const [cos, sin] = [Math.cos(view.rotationRadians), Math.sin(view.rotationRadians)];
  const mirror = view.isFlipped ? -1 : 1;
  const [xx, xy, yx, yy] = [mirror * cos, -sin, mirror * sin, cos];
  const middle = (inputSize - 1) / 2;
  const middleOf = (extent: number, shift: number) => (extent - 1) / 2 + shift * Math.max(0, (extent - windowSize) / 2);
  return {
    step,
    xx,
    xy,
    yx,
    yy,
    x0: middleOf(frame.width, view.shiftX) - step * (xx + xy) * middle,
    y0: middleOf(frame.height, view.shiftY) - step * (yx + yy) * middle,
  };
}
