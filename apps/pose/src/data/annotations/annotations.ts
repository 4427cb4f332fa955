// What every reader of an annotation file returns, and how it speaks of a record that it cannot use.
import { DataError } from 'training-kit/errors';
import type { PersonRecord, PersonSplit, RecordOrigin } from './person-record.js';

/** Why a record is left out. */
export type SkipReason =
  | 'missing image'
  | 'broken image'
  | 'joint outside the image'
  | 'no head box'
  | 'no position or scale'
  | 'no joint'
  | 'person of train'
  | 'person of val'
  | 'person of test'
  | 'image of val'
  | 'image of test';

/** A record that the run goes on without; the start counts them, the report lists them. */
export interface SkippedRecord {
  readonly reason: SkipReason;
  /** As in the file: nobody in it is trained on where the record is one of val or test. */
  readonly image: string;
  readonly split: PersonSplit;
  /** One line: file, record, image, what is wrong with it, and that it is skipped. */
  readonly message: string;
}

export interface Annotations {
  readonly people: readonly PersonRecord[];
  readonly skipped: readonly SkippedRecord[];
  /** Sentences on what was found out about the file, or taken for granted, that changes the numbers. */
  readonly notes?: readonly string[];
}

/** For a record that the run goes on without. @param problem how it goes on after the record's name, without a full stop */
export function skippedRecord(
  reason: SkipReason,
  { origin, image, split }: Pick<PersonRecord, 'origin' | 'image' | 'split'>,
  problem: string,
): SkippedRecord {
  return { reason, image, split, message: `${nameOf(origin, image)}: ${problem}. The record is skipped.` };
}

/** For a record that ends the run. @param mend what the user can do */
export function recordError(
  origin: RecordOrigin,
  image: string | undefined,
  problem: string,
  mend: string,
  options?: ErrorOptions,
): DataError {
  return new DataError(origin.file, `${nameOf(origin, image)}: ${problem}. The run stops.\n${mend}`, options);
}

/** How messages call a record. */
export function nameOf({ file, record }: RecordOrigin, image: string | undefined): string {
  return `${file}, ${record}${image === undefined ? '' : ` (${image})`}`;
}
