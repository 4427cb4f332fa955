// The images that a run could not read: each is named once, with the reason, and kept for the report.
import type { TableSection } from '../report/content.js';

/** An image that was left out. */
export interface LeftOutImage {
  readonly file: string;
  /** A sentence or two that name the file and say what is wrong with it. */
  readonly reason: string;
}

export interface LeftOutImages {
  /** In the order they were met. */
  readonly list: readonly LeftOutImage[];
  /** True for what `add` took down. */
  has(file: string): boolean;
  /**
   * Takes down `file`, unless it is known already, and tells of it.
   *
   * @param reasonOf asked once a file: workers say which image, not why, and so few are bad that it is cheaper to look
   *   again than to pass texts around
   */
  add(file: string, reasonOf: () => Promise<string>): Promise<void>;
}

/** After so many the rest is kept for the report without a line each. */
const MAX_TOLD = 100;
const MAX_SHOWN = 200;

/** @param note shows a line to the person in front */
export function createLeftOutImages(note: (line: string) => void): LeftOutImages {
  const list: LeftOutImage[] = [];
  const known = new Set<string>();
  return {
    list,
    has: (file) => known.has(file),
    async add(file, reasonOf) {
      if (known.has(file)) return;
      known.add(file);
      const reason = await reasonOf();
      list.push({ file, reason });
      if (list.length <= MAX_TOLD) note(`Left out an image. ${reason}`);
      if (list.length === MAX_TOLD) note(`${MAX_TOLD} images were left out; more are counted, but not named here.`);
    },
  };
}

/** A table of them; none where all could be read. */
export function leftOutSections(list: readonly LeftOutImage[]): TableSection[] {
  if (list.length === 0) return [];
  return [
    {
      kind: 'table',
      title: 'Images left out',
      note:
        `${list.length.toLocaleString('en')} ${list.length === 1 ? 'image' : 'images'} could not be read` +
        `${list.length > MAX_SHOWN ? `; the first ${MAX_SHOWN}` : ''}. ` +
        'In training the next one stood in, in evaluation they do not count.',
      columns: [{ name: 'what is wrong' }],
      rows: list.slice(0, MAX_SHOWN).map(({ reason }) => [reason]),
    },
  ];
}
