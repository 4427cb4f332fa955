import { expect, test } from 'vitest';
import type { Section } from '../report/content.js';
import { claimOf } from './claim.js';

const noted = (note: string): Section => ({ kind: 'table', title: 'T', note, columns: [], rows: [] });
const told = (...paragraphs: string[]): Section => ({ kind: 'text', title: 'T', paragraphs });

test.each<[Section[], string]>([
  [[noted('Claimed: both help. Without it nothing does.')], 'both help.'],
  [
    [noted('A step (docs/method.md) is worth 0.2 points less. Or not.')],
    'A step (docs/method.md) is worth 0.2 points less.',
  ],
  [[told('Section 5: “Seeds are keys.” No measurement.', 'More.')], 'Section 5: “Seeds are keys.”'],
  [[told('Which is better? Both.')], 'Which is better?'],
  [[noted('no end')], 'no end'],
  [[told()], ''],
  [[], ''],
])('%j claims %j', (about, claim) => {
  expect(claimOf(about)).toBe(claim);
});
