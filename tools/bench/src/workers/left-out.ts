// Contestants that cannot run on this machine, and why.
import { reasonOf } from 'training-kit/errors';

/** A contestant that cannot run here, or not to the end. */
export interface LeftOut {
  readonly name: string;
  /** One line. */
  readonly why: string;
}

/** As it is printed. */
export function leftOutLine({ name, why }: LeftOut): string {
  return `${name} is left out: ${why}`;
}

/** An error in one line: its first one, with what it announces, or with the last words of a worker that says no more. */
export function oneLineOf(error: unknown): string {
  const lines = reasonOf(error)
    .split('\n')
    .filter((line) => line.trim() !== '');
  const [first = 'no reason was given', second = '', ...others] = lines;
  const reason = first.replace(/^The worker \S+ /, 'it ');
  if (reason.endsWith(':')) return `${reason} ${second}`;
  const hasSaidWhy = reason.startsWith('it failed');
  return second === 'Its last words:' && !hasSaidWhy ? `${reason} Its last words: ${others.at(-2) ?? ''}` : reason;
}
