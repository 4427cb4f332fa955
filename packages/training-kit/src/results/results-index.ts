// The list of results in a repository: a row for each page, whoever published it.
import { escapeMarkdown, tableLines } from './markdown.js';

export interface ResultsRow {
  readonly slug: string;
  readonly title: string;
  readonly numFinished: number;
  readonly numPlanned: number;
}

const columns = ['experiment', 'runs finished'];
const [ROWS, END_OF_ROWS] = ['<!-- results -->', '<!-- end of results -->'];
const BEFORE = '# Results\n\nOne page an experiment, made by `experiment --publish`.';

/** @param before the list as it stands; what is around its rows is kept, undefined where there is none yet */
export function resultsIndex(before: string | undefined, { slug, title, numFinished, numPlanned }: ResultsRow): string {
  const text = before ?? `${BEFORE}\n\n${ROWS}\n\n${END_OF_ROWS}\n`;
  const [start, end] = [text.indexOf(ROWS), text.indexOf(END_OF_ROWS)];
  // A list without marks has lost them: the rows go to its end.
  const isMarked = start !== -1 && end > start;
  const [head, old, tail] = isMarked
    ? [text.slice(0, start), text.slice(start + ROWS.length, end), text.slice(end + END_OF_ROWS.length)]
    : [`${text.trimEnd()}\n\n`, '', '\n'];
  const rows = new Map(old.split('\n').flatMap((line) => rowIn(line) ?? []));
  rows.set(slug, [`[${escapeMarkdown(title)}](${slug}.md)`, `${numFinished} of ${numPlanned}`]);
  const sorted = [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, cells]) => cells);
  return `${head}${ROWS}\n\n${tableLines(columns, sorted)}\n\n${END_OF_ROWS}${tail}`;
}

/** A row that was written before, by its page. */
function rowIn(line: string): [string, string[]][] | undefined {
  const [, link, slug, runs] = /^\| (\[.*\]\(([\w.-]+)\.md\)) +\| (\d+ of \d+) +\|$/.exec(line) ?? [];
  return slug === undefined ? undefined : [[slug, [link!, runs!]]];
}
