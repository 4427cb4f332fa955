// Table 1 of the paper: equilibrium model against repeated blocks from one ring of one block's size.

/** A column of the table. */
export interface Table1Entry {
  readonly label: string;
  readonly network: 'mdeq' | 'rpg';
  /** Repetitions of the block; infinitely many, so to speak, for the equilibrium model. */
  readonly numBlocks: number | undefined;
  /** Accuracy on test, as shares. */
  readonly accuracy: { readonly cifar10: number; readonly cifar100: number };
  /** On a GTX 2080 Ti and CIFAR-100; the paper does not say with which batch size. */
  readonly perImageMs: number;
}

/** As printed. */
export const table1: readonly Table1Entry[] = [
  {
    label: 'MDEQ',
    network: 'mdeq',
    numBlocks: undefined,
    accuracy: { cifar10: 0.851, cifar100: 0.598 },
    perImageMs: 3.15,
  },
  {
    label: 'RPG, 2× MS block',
    network: 'rpg',
    numBlocks: 2,
    accuracy: { cifar10: 0.885, cifar100: 0.628 },
    perImageMs: 0.12,
  },
  {
    label: 'RPG, 3× MS block',
    network: 'rpg',
    numBlocks: 3,
    accuracy: { cifar10: 0.901, cifar100: 0.647 },
    perImageMs: 0.18,
  },
  {
    label: 'RPG, 4× MS block',
    network: 'rpg',
    numBlocks: 4,
    accuracy: { cifar10: 0.909, cifar100: 0.657 },
    perImageMs: 0.22,
  },
];

/** Which entry a network belongs to; undefined for one that the paper does not have. */
export function table1Entry(network: {
  readonly network: 'mdeq' | 'rpg';
  readonly numBlocks: number;
  readonly weights: string;
}): Table1Entry | undefined {
  return table1.find(
    (entry) =>
      entry.network === network.network &&
      (entry.network === 'mdeq' || (network.weights === 'ring' && entry.numBlocks === network.numBlocks)),
  );
}
