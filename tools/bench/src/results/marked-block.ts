// Parts of a document that a program writes, between two comments; what stands around them is a person's.
import { DataError } from 'training-kit/errors';

/** The comments around the block `name`. */
export function marksOf(name: string): { begin: string; end: string } {
  return { begin: `<!-- bench:begin ${name} -->`, end: `<!-- bench:end ${name} -->` };
}

/**
 * The content between the marks, without the blank lines around it.
 *
 * @param file of `text`, for errors
 * @throws DataError unless each mark stands there once, the beginning first
 */
export function readBlock(text: string, name: string, file: string): string {
  const { start, end } = findBlock(text, name, file);
  return text.slice(start, end).replace(/^\n+|\n+$/g, '');
}

/**
 * `text` with other content between the marks; reading it gives that content back.
 *
 * @throws DataError as `readBlock`
 * @throws RangeError when the content holds a mark itself
 */
export function replaceBlock(text: string, name: string, content: string, file: string): string {
  if (/<!-- bench:(begin|end) /.test(content)) {
    throw new RangeError(`The content of block '${name}' holds a mark of a block; expected text without any.`);
  }
  const { start, end } = findBlock(text, name, file);
  return `${text.slice(0, start)}\n\n${content.replace(/^\n+|\n+$/g, '')}\n\n${text.slice(end)}`;
}

function findBlock(text: string, name: string, file: string): { start: number; end: number } {
  const marks = marksOf(name);
  const begin = text.indexOf(marks.begin);
  const end = text.indexOf(marks.end);
  const isOnce = (mark: string): boolean => text.split(mark).length === 2;
  if (!isOnce(marks.begin) || !isOnce(marks.end) || end < begin) {
    throw new DataError(
      file,
      `${file} has no place for the block '${name}'. Expected these two lines, once and in this order:\n` +
        `${marks.begin}\n${marks.end}`,
    );
  }
  return { start: begin + marks.begin.length, end };
}
