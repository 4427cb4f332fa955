// Ring sizes of the paper's tables. It gives them rounded; the official code's rings are multiples of one unit.

/** Elements of a 512-channel 3×3 convolution, the unit in which the official code counts a ring. */
const UNIT = 512 * 9;

/**
 * The paper's 36K, 45K, 2M and 11M read as 8, 10, 512 and 2422 units of 4,608; its 8K lies between one and two of them, and is
 * read as 8,192.
 */
export const paperRingSizes = {
  '8k': 8192,
  '36k': 8 * UNIT,
  '45k': 10 * UNIT,
  '2m': 512 * UNIT,
  '11m': 2422 * UNIT,
} as const;
