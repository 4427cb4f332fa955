// A table as lines of text, its columns below each other.

/**
 * @param rows each with as many cells; the first one may be the heads
 * @param isRight whether a column's cells stand at its right side, as numbers do
 */
export function alignedLines(rows: readonly (readonly string[])[], isRight: (column: number) => boolean): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const aligned = (cell: string, column: number): string =>
    isRight(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!);
  return rows.map((row) => row.map(aligned).join('  ').trimEnd());
}
