// Which part of an image a network is shown, and at what size.

export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** One axis: pixels [start, start + length) are stretched to `resized`, of which [first, first + count) are kept. */
export interface Stretch {
  readonly start: number;
  readonly length: number;
  readonly resized: number;
  readonly first: number;
  readonly count: number;
}

export interface ImageView {
  readonly columns: Stretch;
  readonly rows: Stretch;
  /** Mirrored left to right. */
  readonly isFlipped: boolean;
}

/** How a network wants images: resized so that the shorter side has `shorterSide` pixels, and of that the centre square. */
export interface ImagePreparation {
  readonly shorterSide: number;
  /** Side of the square, in pixels. */
  readonly size: number;
}

/** The whole image resized as `preparation` says; of that the centre. */
export function centreView({ width, height }: ImageSize, { shorterSide, size }: ImagePreparation): ImageView {
  const axis = (length: number, other: number): Stretch => {
    const resized = length <= other ? shorterSide : Math.floor((shorterSide * length) / other);
    const first = Math.round((resized - size) / 2);
    return { start: 0, length, resized, first, count: size };
  };
  return { columns: axis(width, height), rows: axis(height, width), isFlipped: false };
}
