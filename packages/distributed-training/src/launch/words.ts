// The words of a command line for other processes.

/** `words` without the flags of these names and their values, as `--name value` or `--name=value`. */
export function withoutFlags(words: readonly string[], names: readonly string[]): string[] {
  const kept: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (names.some((name) => word === `--${name}`)) i++;
    else if (!names.some((name) => word.startsWith(`--${name}=`))) kept.push(word);
  }
  return kept;
}
