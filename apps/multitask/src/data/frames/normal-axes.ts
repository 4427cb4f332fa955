// Which way the three channels of a normal map grow, as `--normal-axes` says it: 2D-3D-S's files have right-down-forward.

/** The camera's x (right), y (down) and z (forward), each as a channel of the file, 0 to 2, and its sign. */
export interface NormalAxes {
  /** One word a channel: red, green, blue. */
  readonly name: string;
  readonly channels: readonly [x: number, y: number, z: number];
  readonly signs: readonly [x: number, y: number, z: number];
}

/** What a channel may be: axis of the camera, and sign. */
const directions: Readonly<Record<string, readonly [axis: 0 | 1 | 2, sign: 1 | -1]>> = {
  right: [0, 1],
  left: [0, -1],
  down: [1, 1],
  up: [1, -1],
  forward: [2, 1],
  backward: [2, -1],
};

/** For errors. */
export const NORMAL_AXES_EXPECTED =
  'three words for red, green and blue with hyphens between: right or left, down or up, forward or backward, one of each';

/** @returns undefined for a text that names no three axes */
export function parseNormalAxes(name: string): NormalAxes | undefined {
  const words = name.split('-');
  if (words.length !== 3) return undefined;
  const channels: [number, number, number] = [-1, -1, -1];
  const signs: [number, number, number] = [0, 0, 0];
  for (const [channel, word] of words.entries()) {
    const direction = Object.hasOwn(directions, word) ? directions[word] : undefined;
    if (direction === undefined || signs[direction[0]] !== 0) return undefined;
    channels[direction[0]] = channel;
    signs[direction[0]] = direction[1];
  }
  return { name, channels, signs };
}

/** All that there are: 6 orders of 8 signs. */
export const allNormalAxes: readonly NormalAxes[] = everyName().map((name) => parseNormalAxes(name)!);

/** As 2D-3D-S's files have them; its paper says right-down-backward. */
export const filesNormalAxes: NormalAxes = parseNormalAxes('right-down-forward')!;

function everyName(): string[] {
  const words = Object.keys(directions);
  const names = words.flatMap((red) => words.flatMap((green) => words.map((blue) => `${red}-${green}-${blue}`)));
  return names.filter((name) => parseNormalAxes(name) !== undefined);
}
