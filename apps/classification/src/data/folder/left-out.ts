// Why an image was left out, and which classes lost how many.
import { relative, sep } from 'node:path';
import type { LeftOutImage } from 'training-kit/data';
import { DataError } from 'training-kit/errors';
import { readPhoto } from 'training-kit/images';

/** Reads `file` once more, to say what is wrong with it. */
export async function reasonLeftOut(file: string): Promise<string> {
  try {
    await readPhoto(file);
    return `Could not read ${file} when it was needed; it can be read now.`;
  } catch (error) {
    if (error instanceof DataError) return error.message;
    throw error;
  }
}

/** One line for each folder (train, val) that lost images: how many, by class folder. */
export function leftOutByClass(list: readonly LeftOutImage[], folders: readonly string[]): string[] {
  return folders.flatMap((folder) => {
    const counts = new Map<string, number>();
    for (const { file } of list) {
      const [first = '', ...rest] = relative(folder, file).split(sep);
      if (first !== '..' && rest.length > 0) counts.set(first, (counts.get(first) ?? 0) + 1);
    }
    const words = [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, count]) => `${name} ${count}`);
    return words.length === 0 ? [] : [`Left out of ${folder}, since they cannot be read: ${words.join(', ')}.`];
  });
}
