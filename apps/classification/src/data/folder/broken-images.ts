// The images of a run that could not be read: each told once, with the reason, and kept for the report.
import { DataError } from 'training-kit/errors';
import { readPhoto } from 'training-kit/images';

/** An image that was left out. */
export interface BrokenImage {
  readonly file: string;
  /** A sentence that names the file. */
  readonly reason: string;
}

export interface BrokenImages {
  /** In the order they were met. */
  readonly list: readonly BrokenImage[];
  /** Takes down `file`, unless it is known already, and tells of it. */
  add(file: string): Promise<void>;
}

/** After so many the rest is kept for the report without a line each. */
const maxTold = 100;

/** @param note shows a line to the person in front */
export function createBrokenImages(note: (line: string) => void): BrokenImages {
  const list: BrokenImage[] = [];
  const known = new Set<string>();
  return {
    list,
    async add(file) {
      if (known.has(file)) return;
      known.add(file);
      // Workers say which image, not why; so few are broken that it is cheaper to look again than to pass texts around.
      const reason = await reasonOf(file);
      list.push({ file, reason });
      if (list.length <= maxTold) note(`Left out an image. ${reason}`);
      if (list.length === maxTold) note(`${maxTold} images were left out; more are counted, but not named here.`);
    },
  };
}

async function reasonOf(file: string): Promise<string> {
  try {
    await readPhoto(file);
    return `Could not read ${file} when it was needed; it can be read now.`;
  } catch (error) {
    if (error instanceof DataError) return error.message;
    throw error;
  }
}
