// A command line as a page shows it: what decides the result, without what is of one machine.
import type { z } from 'zod';
import { namesFlag, type Setting, settingsOf } from '../command-line/settings.js';
import { shellQuoted } from '../command-line/users-folder.js';

/**
 * @param words as the user gave them
 * @param own flags of the command that say nothing of the result, such as where its runs are
 * @returns with `DATA` in the place of the folder behind `--data`, and so for all paths
 */
export function publishedWords(words: readonly string[], schema: z.ZodObject, own: z.ZodObject): string {
  const settings = settingsOf(schema);
  const dropped = settingsOf(own);
  const shown: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    const named = (each: Setting): boolean => namesFlag(word, each.flag);
    const isWhole = word.includes('=');
    const drop = dropped.find(named);
    if (drop !== undefined) {
      if (!drop.isSwitch && !isWhole) i++;
      continue;
    }
    const path = settings.find((each) => each.isPath && named(each));
    if (path === undefined) {
      shown.push(shellQuoted(word));
    } else {
      shown.push(`--${path.flag}`, path.flag.toUpperCase().replaceAll('-', '_'));
      if (!isWhole) i++;
    }
  }
  return shown.join(' ');
}
