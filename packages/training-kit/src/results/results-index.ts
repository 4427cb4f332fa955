// The list of results in a repository: a row for each page, whoever published it.
import { escapeMarkdown, tableLines } from './markdown.js';

export interface ResultsRow {
  readonly slug: string;
  readonly title: string;
  /** One sentence; empty where nothing is claimed. */
  readonly claim: string;
  readonly numFinished: number;
  readonly numPlanned: number;
}

const columns = ['experiment', 'claimed, or asked', 'state'];
const [ROWS, END_OF_ROWS] = ['<!-- results -->', '<!-- end of results -->'];
const BEFORE = '# Results\n\nOne page an experiment, made by `experiment --publish`.';

/** @param before the list as it stands; other rows, and what is around the table, are kept; undefined where there is none yet */
export function resultsIndex(before: string | undefined, { slug, title, claim, ...counts }: ResultsRow): string {
  const text = before ?? `${BEFORE}\n\n${ROWS}\n\n${END_OF_ROWS}\n`;
  const start = text.indexOf(ROWS);
  const end = text.indexOf(END_OF_ROWS, start);
  // A list without marks has lost them: the rows go to its end.
  const isMarked = start !== -1 && end !== -1;
  const [head, old, tail] = isMarked
    ? [text.slice(0, start), text.slice(start + ROWS.length, end), text.slice(end + END_OF_ROWS.length)]
    : [`${text.trimEnd()}\n\n`, '', '\n'];
  const rows = new Map(rowsIn(old).map((cells) => [pageOf(cells), cells]));
  const state = `${counts.numFinished} of ${counts.numPlanned} runs`;
  rows.set(slug, [`[${escapeMarkdown(title)}](${slug}.md)`, escapeMarkdown(claim), state]);
  const sorted = [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, cells]) => cells);
  return `${head}${ROWS}\n\n${tableLines(columns, sorted)}\n\n${END_OF_ROWS}${tail}`;
}

/** Cells as they are written, behind the table's head and its rule; as many as there are columns. */
function rowsIn(table: string): string[][] {
  const lines = table.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) => {
    const cells = line.split(/(?<!\\)\|/).slice(1, -1);
    return columns.map((_, column) => cells[column]?.trim() ?? '');
  });
}

/** What sorts a row: its page without `.md`, or the whole cell where people wrote no link. */
function pageOf([first = '']: readonly string[]): string {
  return /\]\((.+)\.md\)$/.exec(first)?.[1] ?? first;
}
