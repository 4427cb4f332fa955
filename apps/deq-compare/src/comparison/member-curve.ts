// A line of a comparison's charts.
import { type LineSeries, metricCurve } from 'training-kit/report';
import type { FinishedMember } from './finished-member.js';

/** The course of one number of `member`'s training. */
export function memberCurve(
  { history, result: { stepsPerEpoch } }: FinishedMember,
  name: string,
  key: string,
  options: Pick<LineSeries, 'isDashed' | 'isExact'> = {},
): LineSeries {
  return metricCurve({ history, stepsPerEpoch }, name, key, options);
}
