// Where in a photograph the person is: the square that the network looks at, from what the user says.
import { ConfigError } from 'training-kit/errors';
import type { DecodedImage } from 'training-kit/images';
import { type BoxRuleName, boxRules, type CropBox } from '../data/views/crop.js';

/** What may be known of the person, in pixels of the upright photograph; null for what is not. */
export interface PersonPlace {
  /** Middle of the body: x, y. */
  readonly center: readonly number[] | null;
  /** From head to feet, as if the person stood. */
  readonly heightPx: number | null;
  /** The part to look at: x1, y1, x2, y2. */
  readonly box: readonly number[] | null;
}

/** Checks what can be told before the photograph is read. @throws ConfigError */
export function checkPersonPlace({ center, heightPx, box }: PersonPlace): void {
  if (box !== null && (center !== null || heightPx !== null)) {
    throw new ConfigError(
      'box',
      'The box already says where the person is: leave out --box, or both --center and --height-px.',
    );
  }
  if (center !== null && heightPx === null) {
    throw new ConfigError(
      'heightPx',
      'center is set, but not how large the person is. Give the height in pixels with --height-px, or a --box.',
    );
  }
  if (box === null) return;
  const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = box;
  if (!(x2 - x1 >= 1 && y2 - y1 >= 1)) {
    throw new ConfigError(
      'box',
      `box is ${box.join(',')}, expected x1,y1,x2,y2 with x2 and y2 at least 1 above x1 and y1: left, top, right, bottom.`,
    );
  }
}

/**
 * The square to look at:
 * - of a box its smallest square around it, with the same middle;
 * - of a height the square that training crops have around a person of that height, about `center` or the middle of
 *   the photograph. Unlike annotations of MPII, whose centers sit high, `center` is the middle;
 * - of nothing the smallest square that the whole photograph fits in.
 *
 * @param photo its full size counts; edges of pixels are at −½, ½, …
 * @param boxRule of the network's training
 * @throws ConfigError for a place as `checkPersonPlace` refuses it, or one outside the photograph
 */
export function cropBoxIn(
  { fullWidth, fullHeight }: Pick<DecodedImage, 'fullWidth' | 'fullHeight'>,
  place: PersonPlace,
  boxRule: BoxRuleName,
): CropBox {
  checkPersonPlace(place);
  const { center, heightPx, box } = place;
  const middle = { x: (fullWidth - 1) / 2, y: (fullHeight - 1) / 2 };
  if (box !== null) {
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = box;
    if (x1 >= fullWidth || y1 >= fullHeight || x2 <= 0 || y2 <= 0) throw outside('box', box, fullWidth, fullHeight);
    // x1 … x2 are edges, as of a region to cut out: the box 0,0,width,height is the photograph.
    return { center: { x: (x1 + x2 - 1) / 2, y: (y1 + y2 - 1) / 2 }, sizePx: Math.max(x2 - x1, y2 - y1) };
  }
  if (heightPx === null) return { center: middle, sizePx: Math.max(fullWidth, fullHeight) };
  const [x = middle.x, y = middle.y] = center ?? [];
  if (x < 0 || y < 0 || x > fullWidth - 1 || y > fullHeight - 1) {
    throw outside('center', [x, y], fullWidth, fullHeight);
  }
  return { center: { x, y }, sizePx: heightPx * boxRules[boxRule].enlargement };
}

function outside(key: 'box' | 'center', value: readonly number[], width: number, height: number): ConfigError {
  return new ConfigError(
    key,
    `${key} is ${value.join(',')}, which is outside the photograph: upright it is ${width} × ${height} pixels, counted ` +
      'from its upper left corner.',
  );
}
