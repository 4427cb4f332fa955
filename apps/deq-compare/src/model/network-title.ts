// What reports call a network.
import type { DeqConfig } from '../config.js';

/** `MDEQ (implicit, broyden)`, `RPG, 3× MS block`, `3× MS block, weights shared`. */
export function networkTitle(
  config: Pick<DeqConfig, 'network' | 'numBlocks' | 'weights' | 'differentiation' | 'solver'>,
): string {
  if (config.network === 'mdeq') return `MDEQ (${config.differentiation}, ${config.solver})`;
  const blocks = `${config.numBlocks}× MS block`;
  return config.weights === 'ring' ? `RPG, ${blocks}` : `${blocks}, weights ${config.weights}`;
}

/** For charts: `MDEQ`, `RPG 3×`, `shared 3×`. */
export function shortTitle({
  network,
  numBlocks,
  weights,
}: Pick<DeqConfig, 'network' | 'numBlocks' | 'weights'>): string {
  return network === 'mdeq' ? 'MDEQ' : `${weights === 'ring' ? 'RPG' : weights} ${numBlocks}×`;
}
