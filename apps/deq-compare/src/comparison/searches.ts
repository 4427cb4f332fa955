// What a comparison's report says of the searches for fixed points.
import { percent } from 'training-kit';
import { epochAxis, type LineSeries, type Section } from 'training-kit/report';
import { networkTitle, shortTitle } from '../model/network-title.js';
import { stepsAxis } from '../report.js';
import type { FinishedMember } from './finished-member.js';
import { memberCurve } from './member-curve.js';

const right = { align: 'right' } as const;

/** How searches went in training and on test; nothing where no member searches. */
export function searches(members: readonly FinishedMember[]): Section[] {
  const searching = members.flatMap((member) =>
    member.result.solves === null ? [] : [{ member, solves: member.result.solves }],
  );
  if (searching.length === 0) return [];
  const both = (forward: string, backward: string): LineSeries[] =>
    searching.flatMap(({ member }) => [
      memberCurve(member, `${shortTitle(member.config)}, forward`, forward),
      memberCurve(member, `${shortTitle(member.config)}, backward`, backward, { isDashed: true }),
    ]);
  return [
    {
      kind: 'charts',
      title: 'Fixed points',
      note: 'While a block is unrolled there is no search in training. Residuals are ‖f(z) − z‖ / ‖f(z)‖.',
      charts: [
        {
          kind: 'lines',
          title: 'Evaluations of the block in a search',
          x: epochAxis,
          y: stepsAxis(searching[0]!.member.config),
          series: both('forwardSteps', 'backwardSteps'),
        },
        {
          kind: 'lines',
          title: 'Residual at the end of a search',
          x: epochAxis,
          y: { label: 'residual', scale: 'log' },
          series: both('forwardResidual', 'backwardResidual'),
          smoothing: 0.9,
        },
        {
          kind: 'lines',
          title: 'Residual over the steps of a search, on test',
          x: { label: 'evaluation' },
          y: { label: 'residual of the best iterate', scale: 'log' },
          series: searching.map(({ member, solves }) => ({
            name: shortTitle(member.config),
            x: solves.trace.map((_, i) => i + 1),
            y: solves.trace,
          })),
        },
      ],
    },
    {
      kind: 'table',
      title: 'Searches on test',
      columns: [
        { name: 'network' },
        { name: 'steps', ...right },
        { name: 'mean residual', ...right },
        { name: 'unsolved', ...right },
        { name: 'ran away', ...right },
        { name: 'met NaN', ...right },
        { name: 'forgot its history', ...right },
      ],
      rows: searching.map(({ member, solves }) => [
        networkTitle(member.config),
        solves.numSteps.toFixed(1),
        solves.residual.toExponential(1),
        percent(solves.unsolved),
        solves.diverged,
        solves.notFinite,
        solves.restarts,
      ]),
    },
  ];
}
