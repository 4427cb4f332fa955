// Names of classes for people: folders of ImageNet are called n01443537.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseJsonBytes, shortJson } from 'training-kit/data';
import { codeOf, DataError, reasonOf } from 'training-kit/errors';

const NAMES_FILE = 'wnid_to_words.json';

/**
 * Names by label: from `wnid_to_words.json` in `home` (an object, class folder to words) where it is there and knows the
 * folder (in any Unicode form), otherwise the folder's name. Of words with commas between, the first are taken where that stays unique.
 *
 * @throws DataError when the file is there but is not such an object
 */
export async function readClassNames(home: string, classFolders: readonly string[]): Promise<string[]> {
  const words = await readWords(join(home, NAMES_FILE));
  const full = classFolders.map((folder) => words.get(folder.normalize('NFC')) ?? folder);
  const short = full.map((name) => name.split(',')[0]!.trim());
  const uses = new Map<string, number>();
  for (const name of short) uses.set(name, (uses.get(name) ?? 0) + 1);
  return full.map((name, label) => (uses.get(short[label]!) === 1 ? short[label]! : name));
}

async function readWords(file: string): Promise<ReadonlyMap<string, string>> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return new Map();
    throw new DataError(file, `Cannot read ${file}: ${reasonOf(cause)}.`, {
      cause,
    });
  }
  const { words, why } = wordsIn(bytes);
  if (words === undefined) {
    throw new DataError(
      file,
      `Cannot read ${file}: ${why}. Expected a JSON object of class folders and words, {"n01443537": "goldfish"}.\n` +
        `Mend it, or remove it: classes are then called like their folders.`,
    );
  }
  return new Map(Object.entries(words).map(([folder, name]) => [folder.normalize('NFC'), name]));
}

type Words = Readonly<Record<string, string>>;

function wordsIn(bytes: Uint8Array): { words: Words; why?: never } | { words?: never; why: string } {
  try {
    const value = parseJsonBytes(bytes);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return { why: 'it is no object' };
    const other = Object.entries(value).find(([, words]) => typeof words !== 'string');
    return other === undefined ? { words: value as Words } : { why: `the words of ${shortJson(other[0])} are no text` };
  } catch (error) {
    return { why: reasonOf(error) };
  }
}
