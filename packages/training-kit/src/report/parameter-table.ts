// How many numbers a network has, as a table of a report.
import { countParameters, type WeightSource } from 'rpg-core';
import type { TableSection } from './content.js';

/** How an app speaks of its network. */
export interface ParameterWords {
  /** What is generated, in the first row: 'backbone (ring)'. */
  readonly generated: string;
  /** Heading of the column with a weight of its own for each use: 'plain network', 'unshared'. */
  readonly unshared: string;
  readonly note: string;
}

/** Trained numbers by what they are for, beside those of the same network without sharing; parts without any are left out. */
export function parameterTable(source: WeightSource, words: ParameterWords): TableSection {
  const { ring, stem, head, norm, bias, total, generated, plainTotal } = countParameters(source);
  const parts: [string, number, number][] = [
    ['stem', stem, stem],
    ['head', head, head],
    ['norms', norm, norm],
    ['biases', bias, bias],
  ];
  const rows: [string, number, number][] = [
    [words.generated, ring, generated],
    ...parts.filter(([, count]) => count > 0),
    ['total', total, plainTotal],
  ];
  const megabytes = (numFloats: number): string => `${((4 * numFloats) / 1e6).toFixed(2)} MB`;
  return {
    kind: 'table',
    title: 'Parameters',
    note: words.note,
    columns: [{ name: 'part' }, { name: 'this network', align: 'right' }, { name: words.unshared, align: 'right' }],
    rows: [
      ...rows.map(([part, count, unshared]) => [part, count.toLocaleString('en'), unshared.toLocaleString('en')]),
      ['size as float32', megabytes(total), megabytes(plainTotal)],
    ],
    highlightedRow: rows.length - 1,
  };
}
