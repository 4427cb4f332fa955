// The colour map viridis: brightness rises evenly, also in print and for people who see fewer colours.

type Rgb = readonly [red: number, green: number, blue: number];

/** The map at 0, 1/9, …, 1. */
const stops: readonly Rgb[] = [
  [68, 1, 84],
  [72, 40, 120],
  [62, 73, 137],
  [49, 104, 142],
  [38, 130, 142],
  [31, 158, 137],
  [53, 183, 121],
  [110, 206, 88],
  [181, 222, 43],
  [253, 231, 37],
];

/** @param value in [0, 1] @returns red, green, blue in [0, 255] */
export function viridis(value: number): Rgb {
  const place = value * (stops.length - 1);
  const index = Math.min(stops.length - 2, Math.floor(place));
  const [low, high] = [stops[index]!, stops[index + 1]!];
  const mix = (channel: 0 | 1 | 2): number => low[channel] + (high[channel] - low[channel]) * (place - index);
  return [mix(0), mix(1), mix(2)];
}
