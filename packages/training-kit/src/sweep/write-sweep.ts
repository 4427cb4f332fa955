// Where a sweep's page goes: beside it its charts, and the table for other programs.
import { join } from 'node:path';
import { writeFileAtomically } from '../files/atomic-file.js';
import { makeFolders } from '../files/make-folders.js';
import { writeReport } from '../report/report.js';
import { type Sweep, sweepCsv, sweepPage } from './sweep-page.js';

/** Writes `report.html` and `runs.csv` into `folder`, which is made when needed. @returns the page's path @throws DataError */
export async function writeSweep(folder: string, sweep: Sweep): Promise<string> {
  await makeFolders(folder);
  await writeFileAtomically(join(folder, 'runs.csv'), sweepCsv(sweep));
  return (await writeReport(folder, sweepPage(sweep))).html;
}
