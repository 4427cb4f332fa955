// Inner products of remembered vectors with each other, sample by sample: the small matrices that methods solve with.

/** A growing, symmetric table of ⟨row i, row j⟩ for each sample. */
export class PairProducts {
  readonly #table: Float64Array[][] = [];

  /** Appends a row: `products[j]` holds ⟨new row, row j⟩ of each sample, the last one ⟨new row, new row⟩. */
  append(products: Float64Array[]): void {
    this.#table.push(products);
  }

  dropOldest(): void {
    this.#table.shift();
    for (const row of this.#table) row.shift();
  }

  clear(): void {
    this.#table.length = 0;
  }

  get numRows(): number {
    return this.#table.length;
  }

  /** ⟨row i, row j⟩ of one sample. */
  at(i: number, j: number, sample: number): number {
    return this.#table[Math.max(i, j)]![Math.min(i, j)]![sample]!;
  }
}
