// What an experiment is about, in one sentence.
import type { Section } from '../report/content.js';

/**
 * The first sentence of the first section: of its note, or of its first paragraph where it has none.
 *
 * @returns without the word `Claimed:`; empty where nothing is told
 */
export function claimOf(about: readonly Section[] = []): string {
  const [first] = about;
  const text = first?.note ?? (first?.kind === 'text' ? first.paragraphs[0] : undefined) ?? '';
  const [sentence = ''] = /^.*?[.?!]”?(?=\s|$)/s.exec(text) ?? [text];
  return sentence.replace(/^Claimed: */, '');
}
