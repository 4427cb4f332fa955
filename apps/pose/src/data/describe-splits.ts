// What the start of a command tells of its people: how many are in each split, and who was left out and why.
import type { SkippedRecord } from './annotations/annotations.js';
import type { Split } from './split.js';

/** Single records told of each reason; all are counted. */
const MAX_TOLD_OF_REASON = 5;

/** Lines for the person in front. @param notes what the readers of the files found out */
export function describeSplits({
  notes,
  train,
  val,
  test,
}: {
  readonly notes: readonly string[];
  readonly train: Split;
  readonly val: Split;
  readonly test: Split;
}): string[] {
  return [...notes, ...Object.entries({ train, val, test }).flatMap(([name, split]) => describeSplit(name, split))];
}

/** Nothing for rendered figures, nor for an empty split that left nobody out. */
export function describeSplit(name: string, { people, skipped, images }: Split): string[] {
  if (images.kind === 'rendered') return [];
  if (people.length === 0 && skipped.length === 0) return [];
  const numImages = new Set(people.map(({ image }) => image)).size;
  const counted = `${name}: ${numberOf(people.length, 'person', 'people')} in ${numberOf(numImages, 'image', 'images')}`;
  if (skipped.length === 0) return [`${counted}.`];
  const left = `${numberOf(skipped.length, 'record', 'records')} left out (${reasonsOf(skipped)})`;
  return [`${counted}; ${left}.`, ...firstOfEachReason(skipped)];
}

/** How often each reason stands: `image of val: 4, no joint: 1`. */
export function reasonsOf(skipped: readonly SkippedRecord[]): string {
  return [...byReason(skipped)].map(([reason, records]) => `${reason}: ${records.length}`).join(', ');
}

function firstOfEachReason(skipped: readonly SkippedRecord[]): string[] {
  return [...byReason(skipped).values()].flatMap((records) => {
    const told = records.slice(0, MAX_TOLD_OF_REASON).map(({ message }) => `  ${message}`);
    const numMore = records.length - told.length;
    return numMore === 0 ? told : [...told, `  … and ${numMore} more of this kind.`];
  });
}

function byReason(skipped: readonly SkippedRecord[]): Map<SkippedRecord['reason'], SkippedRecord[]> {
  const groups = new Map<SkippedRecord['reason'], SkippedRecord[]>();
  for (const record of skipped) {
    const group = groups.get(record.reason);
    if (group === undefined) groups.set(record.reason, [record]);
    else group.push(record);
  }
  return groups;
}

function numberOf(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
