// Who a figure is and what it wears.
import type { Rng } from 'rpg-core';
import { between, type Color, colorDistance, drawCloth, drawHair, drawSkin, pick, scaleColor } from './colors.js';
import { drawPattern, type Material, patterned, plain } from './materials.js';

export interface Wardrobe {
  readonly skin: Color;
  readonly hair: Color;
  readonly hairStyle: 'short' | 'long' | 'none';
  /** A cap in this colour. */
  readonly cap: Color | undefined;
  readonly top: Material;
  readonly topColor: Color;
  readonly sleeves: 'none' | 'short' | 'long';
  /** A line down the middle of the front: only fronts have it. */
  readonly zip: Color | undefined;
  /** On the left of the chest. */
  readonly emblem: Color;
  readonly trousers: Material;
  readonly trousersColor: Color;
  readonly isShorts: boolean;
  readonly socks: Color;
  readonly shoes: Color;
  /** Around the left wrist. */
  readonly wristband: Color;
  /** On the back. */
  readonly backpack: Color | undefined;
}

/** @param avoid a colour that clothes should stand out from: the ground behind them */
export function drawWardrobe(avoid: Color, rng: Rng): Wardrobe {
  const skin = drawSkin(rng);
  const topColor = drawAwayFrom([avoid, skin], 0.3, rng);
  const trousersColor = drawAwayFrom([avoid, topColor, skin], 0.25, rng);
  const emblem = drawAwayFrom([topColor], 0.5, rng);
  const patternColor = drawAwayFrom([topColor], 0.3, rng);
  return {
    skin,
    hair: drawHair(rng),
    hairStyle: pick(['short', 'short', 'short', 'long', 'long', 'none'] as const, rng),
    cap: rng.below(6) === 0 ? drawCloth(rng) : undefined,
    top: patterned(topColor, patternColor, drawPattern(rng)),
    topColor,
    sleeves: pick(['none', 'short', 'short', 'long', 'long'] as const, rng),
    zip: rng.below(2) === 0 ? undefined : scaleColor(emblem, between(rng, 0.7, 1)),
    emblem,
    trousers: plain(trousersColor),
    trousersColor,
    isShorts: rng.below(3) === 0,
    socks: drawCloth(rng),
    shoes: drawCloth(rng),
    wristband: drawAwayFrom([topColor, skin], 0.5, rng),
    backpack: rng.below(5) === 0 ? drawAwayFrom([topColor], 0.4, rng) : undefined,
  };
}

/** Draws again while too near to one of `others`, but not for ever: a crowd of colours may leave no room. */
function drawAwayFrom(others: readonly Color[], distance: number, rng: Rng): Color {
  let color = drawCloth(rng);
  for (let i = 0; i < 12 && others.some((other) => colorDistance(color, other) < distance); i++) color = drawCloth(rng);
  return color;
}
