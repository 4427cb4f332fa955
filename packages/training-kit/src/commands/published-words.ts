// A command line as a page shows it: what decides the result, without what is of one machine.
import type { z } from 'zod';
import { flagWords } from '../command-line/flag-words.js';
import { settingsOf } from '../command-line/settings.js';
import { shellQuoted } from '../command-line/users-folder.js';

/**
 * @param words as the user gave them
 * @param own flags of the command that say nothing of the result, such as where its runs are
 * @returns with `DATA` in the place of the folder behind `--data`, and so for all paths
 */
export function publishedWords(words: readonly string[], schema: z.ZodObject, own: z.ZodObject): string {
  const dropped = settingsOf(own);
  return flagWords(words, [...dropped, ...settingsOf(schema)])
    .flatMap(({ setting, words: given }) => {
      if (setting !== undefined && dropped.includes(setting)) return [];
      if (setting?.isPath !== true) return given.map(shellQuoted);
      return [`--${setting.flag}`, setting.flag.toUpperCase().replaceAll('-', '_')];
    })
    .join(' ');
}
