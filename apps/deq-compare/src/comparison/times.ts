// What a comparison's report says of the time an image takes.
import type { StepTimes } from 'training-kit';
import type { SummaryCard, TableSection } from 'training-kit/report';
import { networkTitle } from '../model/network-title.js';
import type { FinishedMember } from './finished-member.js';
import type { InferenceTimes } from './inference-times.js';

const right = { align: 'right' } as const;

/** How many times longer the equilibrium model takes than each network of blocks, one card a batch size. */
export function speedCards(members: readonly FinishedMember[], times: readonly InferenceTimes[]): SummaryCard[] {
  const slow = members.find(({ config }) => config.network === 'mdeq');
  const fast = members.filter(({ config }) => config.network === 'rpg');
  if (slow === undefined || fast.length === 0) return [];
  return batchSizesOf(times).map((batchSize) => {
    const medianOf = ({ name }: FinishedMember): number => timesOf(times, name, batchSize).median;
    const factors = fast.map((member) => medianOf(slow) / medianOf(member));
    const range = [...new Set([Math.min(...factors), Math.max(...factors)].map((factor) => factor.toFixed(1)))];
    return {
      label: `Time against the equilibrium model, batch ${batchSize}`,
      value: `${range.join(' to ')} times less`,
      note: 'medians of interleaved passes',
      paper: '15 to 25 times',
    };
  });
}

/** Medians and spread of each network and batch size; `numRounds` passes are behind each. */
export function timeTable(
  members: readonly FinishedMember[],
  times: readonly InferenceTimes[],
  numRounds: number,
): TableSection {
  const slow = members.find((member) => member.config.network === 'mdeq');
  return {
    kind: 'table',
    title: 'Time of an image',
    note:
      `Forward passes over test images, the networks in turn, ${numRounds} rounds a batch size; weights are generated ` +
      'beforehand. Medians, with the fastest and the slowest.',
    columns: [
      { name: 'network' },
      { name: 'batch', ...right },
      { name: 'median', ...right },
      { name: 'fastest', ...right },
      { name: 'slowest', ...right },
      { name: 'solver steps', ...right },
      { name: 'equilibrium model ÷ this', ...right },
    ],
    rows: members.flatMap((member) =>
      batchSizesOf(times).map((batchSize) => {
        const { median, min, max } = timesOf(times, member.name, batchSize);
        const factor = slow === undefined ? null : timesOf(times, slow.name, batchSize).median / median;
        return [
          networkTitle(member.config),
          batchSize,
          ...[median, min, max].map((time) => `${milliseconds(time)} ms`),
          entryOf(times, member.name, batchSize).numSteps?.toFixed(1) ?? null,
          factor === null ? null : factor.toFixed(1),
        ];
      }),
    ),
  };
}

/** The batch sizes that were timed, in order. */
export function batchSizesOf(times: readonly InferenceTimes[]): number[] {
  return [...new Set(times.map(({ batchSize }) => batchSize))];
}

/** Milliseconds an image of the network `name`. */
export function timesOf(times: readonly InferenceTimes[], name: string, batchSize: number): StepTimes {
  return entryOf(times, name, batchSize).perImage;
}

function entryOf(times: readonly InferenceTimes[], name: string, batchSize: number): InferenceTimes {
  return times.find((time) => time.name === name && time.batchSize === batchSize)!;
}

/** Three significant digits, as far as they say something. */
export function milliseconds(time: number): string {
  return time >= 100 ? time.toFixed(0) : time.toPrecision(3);
}
