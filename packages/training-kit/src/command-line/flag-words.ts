// A command line cut into flags with their values.
import { namesFlag, type Setting } from './settings.js';

export interface FlagWords {
  /** Undefined for a word that is none of the flags that are known, nor the value of one. */
  readonly setting: Setting | undefined;
  /** `['--flag=value']`, `['--flag', 'value']` or a word alone. */
  readonly words: readonly string[];
}

export function flagWords(words: readonly string[], settings: readonly Setting[]): FlagWords[] {
  const found: FlagWords[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    const setting = settings.find(({ flag }) => namesFlag(word, flag));
    const isAlone = setting === undefined || setting.isSwitch || word.includes('=');
    found.push({ setting, words: words.slice(i, isAlone ? i + 1 : i + 2) });
    if (!isAlone) i++;
  }
  return found;
}
